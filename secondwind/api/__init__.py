"""For programs: what a visitor or a member can read and do, as JSON.

It has no rules of its own. What may be seen is asked of the rooms' `access`, what is done goes through their
`actions`. No cookie counts here: a request is a visitor's, or it carries an access token.

    endpoints/  what can be asked, a file for each matter      shapes.py    what is answered
    tokens.py   who asks, and what their token opens           problems.py  what is answered instead
"""
