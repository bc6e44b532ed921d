"""Results in the forms that people see: words and pages."""
