"""The application, as a WSGI server and `flask --app wsgi` find it."""

from web import garbage, jobs, sequencing
from web.app import create_app

app = create_app()
sequencing.serve(app)
jobs.serve(app)
garbage.collect_seldom()
