"""Red lines (红线): a project's boundary, what it collects, and what inside it nobody stores."""
