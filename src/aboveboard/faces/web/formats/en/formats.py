"""British English: day before month, 24 hours, to the second."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i:s"
DATETIME_FORMAT = "j F Y, H:i:s"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
MONTH_DAY_FORMAT = "j F"
FIRST_DAY_OF_WEEK = 1
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
