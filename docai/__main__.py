"""``python -m docai``: the command line."""

from docai.cli import main

main()
