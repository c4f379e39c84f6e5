"""Reading in a child process with limits: what a hostile file breaks is only the child.

reader      the one way in: `IsolatedReader.read`
process     one child: started, asked, watched, ended
__main__    the child itself (`python -m ingest.isolation`)
messages    what the two say to each other: JSON, never pickle, since the child may be in a file's power
limits      time, memory and sizes; set in the child, watched from outside
workspace   the child's temporary files, and what a killed process of ours has left behind
quarantine  files that ended a reader: not read again by the same reader
"""
