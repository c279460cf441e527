"""The application, as a WSGI server and `flask --app wsgi` find it."""

from web import sequencing
from web.app import create_app

app = create_app()
sequencing.serve(app)
