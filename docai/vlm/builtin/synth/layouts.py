"""Which layouts are trained on, and which are kept for measuring."""

MEASURED_SHARE = 0.25  # of layouts, the last ones, which are never trained on


def trained_layouts(layouts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the layouts that are trained on."""
    return layouts[: round(len(layouts) * (1 - MEASURED_SHARE))]


def measured_layouts(layouts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the layouts that are kept for measuring."""
    return layouts[round(len(layouts) * (1 - MEASURED_SHARE)) :]
