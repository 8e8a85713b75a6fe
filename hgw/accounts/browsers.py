"""With which browser on which system somebody signs in, roughly: enough to know one's own again, too little to follow anybody.

No library for this: they tell versions and models of telephones apart by thousands of patterns, which would stay in the
memory of each web worker, and nothing of that is to be known here.
"""

# What a browser calls itself by, the first that fits: most of them say that they are the ones below it too.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def named(agent: str) -> str:
    """The names of browser and system in what a browser says of itself (`User-Agent`); empty when it is none of these.

    Names of these lists alone, whatever was sent.
    """
    found = (next((name for sign, name in signs if sign in agent), "") for signs in (BROWSERS, SYSTEMS))
    return " · ".join(filter(None, found))
