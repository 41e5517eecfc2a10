"""What keeps an office right for years: health, clocks, drift, comparing, rebuilding, erasing."""
