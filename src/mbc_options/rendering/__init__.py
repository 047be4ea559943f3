"""From something explored to something to read. Every word of layout stands in `templates/`."""
