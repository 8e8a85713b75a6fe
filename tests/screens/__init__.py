"""Pictures of the demonstration: every page in three widths, light and dark, and every document."""
