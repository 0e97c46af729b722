"""The service's back room: jobs in SQL, blobs in a store, Celery workers that do the stages."""
