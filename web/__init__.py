"""HTTP only: pages for each audience, the JSON API, commands, templates, translations."""
