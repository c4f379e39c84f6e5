"""What leaders and clerks look at: a board as pictures, a workbook, a calendar file, and the report of a period.

None of them reads the database but `periodic`: `bot.tracking.boards` gathers a board.
"""
