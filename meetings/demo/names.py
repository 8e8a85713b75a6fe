"""Names of invented people, as they are heard in a Flemish school today. No name here is anybody's."""

FIRST = (
    "Lotte", "Noah", "Amira", "Emre", "Zofia", "Wout", "Salma", "Mehmet", "Louise", "Bilal", "Kacper", "Fien", "Yasmina",
    "Arthur", "Defne", "Jakub", "Marie-Lou", "Ayoub", "Elif", "Lars", "Nour", "Oleksandr", "Febe", "Hamza", "Alicja", "Seppe",
    "Inaya", "Kaan", "Juliette", "Rayan", "Hanna", "Thiago", "Noor", "Adam", "Zeynep", "Ferre", "Malak", "Mateusz", "Lore",
    "Imran", "Ömer", "Jeanne", "Soufiane", "Anaïs", "Mohamed-Amine", "Tuur", "Şeyma", "Léon", "Dounia", "Cédric", "Nguyễn An",
    "Bas", "Aya", "Ivan", "Roos", "Naïm", "Ela", "Gust", "Chloë", "Rania", "Bo", "Szymon", "Mila", "Youssef", "Jolien",
)  # fmt: skip
LAST = (
    "Peeters", "Van den Bossche", "El Idrissi", "Yılmaz", "Kowalski", "De Clercq", "Benhaddou", "Şahin", "Wójcik", "Janssens",
    "O'Neill", "Bouazza", "Öztürk", "Vandermeersch", "D'Hondt", "Azzouzi", "Çelik", "Lewandowska", "Mertens", "Van Acker",
    "Chakir", "Kaya", "Dąbrowski", "Claeys", "Tran", "De Backer-Verhaeghe", "Haddad", "Aydın", "Zielińska", "Wouters",
    "Kovalenko", "Boulahrouz", "'t Kindt", "Popescu", "Van de Velde", "Mukendi", "Goossens", "Ferreira da Silva", "Ait Lahcen",
)  # fmt: skip
PARENTS = (
    "An", "Mustafa", "Khadija", "Piotr", "Veerle", "Hicham", "Ayşe", "Tom", "Naima", "Ewa", "Koen", "Rachida", "Hasan", "Sofie",
    "Abdel", "Magdalena", "Joris", "Latifa", "Serkan", "Katrien", "Omar", "Dorota", "Filip", "Hatice", "Bart", "Loubna",
)  # fmt: skip

# What a list or a page must be able to bear: one word, a very long name, signs at the start, another writing.
UNUSUAL = (
    ("Suryani", "Suryani", ""),
    ("Maximiliaan-Alexander Christoffel", "de Villenfagne de Vogelsanck-Vanderstappen van Oudenhove", "Max"),
    ("Şirin", "Şahin", ""),
    ("Œdipe", "d'Aspremont", ""),
    ("Ƴero", "Ɓah", ""),
    ("李", "小龙", "Lee"),
    ("Jan", "Van den Bossche", "Jantje"),
    ("Niamh", "O'Neill", ""),
    ("Bożena", "Łukaszewicz", ""),
    ("Zoë", "Ångström", ""),
)

# (role, name, word before the @, school, classes): everybody who can sign in, at least one for each role.
STAFF = (
    ("care_coordinator", "Marlies Okkerse", "zorg", "primary", ()),
    ("principal", "Geert Lambrechts", "directie", "primary", ()),
    ("care_teacher", "Stan Wittewrongel", "zorgleerkracht", "primary", ()),
    ("homeroom_teacher", "Bavo Simons", "klas5a", "primary", ("5A",)),
    ("homeroom_teacher", "Hilke Torfmans", "klas2b", "primary", ("2A", "2B")),
    ("homeroom_teacher", "Noor Blieckx", "klask3a", "primary", ("K3A",)),
    ("homeroom_teacher", "Jo Tack", "klas4a", "primary", ("3A", "4A")),
    ("subject_teacher", "Selim Acar", "sport", "primary", ("3A", "4A", "5A", "5B", "6A")),
    ("clb_worker", "Katrien Haeck", "clb", "primary", ()),
    ("learning_supporter", "Lode Pinxten", "leersteun", "primary", ()),
    ("school_admin", "Ronny Pauwels", "secretariaat", "primary", ()),
    ("adviser", "Greet Wyffels", "pedagoog", "primary", ()),
    ("care_coordinator", "Fatma Yıldırım", "leerlingenbegeleiding", "secondary", ()),
    ("principal", "Bert Sneyers", "directie.so", "secondary", ()),
    ("homeroom_teacher", "Nele Coussement", "klas1a2", "secondary", ("1A2",)),
    ("subject_teacher", "Tom Ghekiere", "techniek", "secondary", ("1A2", "1 OKAN")),
)
