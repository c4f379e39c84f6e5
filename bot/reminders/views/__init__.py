"""What leaders and clerks look at: lights, pictures, a workbook, a calendar file.

    lights      occurrences -> red, amber, green and done, in the order in which a leader reads them
    board       what all of the views show: occurrences with what their papers say
    canvas      a page of a picture: text that is measured and wrapped, boxes, PNG
    progress    a board -> the picture of done, on time, near and late, a bar for each agency or plan
    timeline    a board -> the picture of what is due in the next weeks
    sheet       a board -> a workbook
    report      the figures of a period -> a Word file to be signed
    calendar    a board -> an iCalendar file
    words       a board -> a text, for channels that take no files
    files       a board -> files and replies for a chat

None of them reads the database: `bot.reminders.boards` gathers a board.
"""
