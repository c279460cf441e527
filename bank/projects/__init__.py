"""Projects (项目) and the departments' joint review (联审)."""
