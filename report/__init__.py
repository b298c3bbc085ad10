"""ml-report-action: did this change make the model better?"""

__version__ = "1.0.0"
