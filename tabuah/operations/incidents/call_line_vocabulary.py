"""Words of callers in Indonesian and English: hazards, persons in danger, titles of names, what begins a landmark."""

from typing import Final

from tabuah.operations.codes import Hazard

# Names that say no more than the code; they are not repeated in the note where they begin a part.
HAZARD_NAMES: Final[dict[str, Hazard]] = {
    "banjir bandang": Hazard.FLASH_FLOOD,
    "galodo": Hazard.FLASH_FLOOD,
    "flash flood": Hazard.FLASH_FLOOD,
    "banjir": Hazard.FLOOD,
    "flood": Hazard.FLOOD,
    "tanah longsor": Hazard.LANDSLIDE,
    "longsor": Hazard.LANDSLIDE,
    "landslide": Hazard.LANDSLIDE,
    "gempa bumi": Hazard.EARTHQUAKE,
    "gempa": Hazard.EARTHQUAKE,
    "earthquake": Hazard.EARTHQUAKE,
    "letusan gunung api": Hazard.VOLCANO,
    "volcanic eruption": Hazard.VOLCANO,
    "karhutla": Hazard.WILDFIRE,
    "kebakaran hutan": Hazard.WILDFIRE,
    "kebakaran lahan": Hazard.WILDFIRE,
    "wildfire": Hazard.WILDFIRE,
    "forest fire": Hazard.WILDFIRE,
    "kebakaran": Hazard.FIRE,
    "fire": Hazard.FIRE,
    "cuaca ekstrem": Hazard.EXTREME_WEATHER,
    "extreme weather": Hazard.EXTREME_WEATHER,
    "kekeringan": Hazard.DROUGHT,
    "drought": Hazard.DROUGHT,
    "kecelakaan": Hazard.ACCIDENT,
    "accident": Hazard.ACCIDENT,
    "orang hilang": Hazard.MISSING_PERSON,
    "missing person": Hazard.MISSING_PERSON,
}

# Words that name a hazard and say more than its code; they stay in the note.
HAZARD_HINTS: Final[dict[str, Hazard]] = {
    "rumah terbakar": Hazard.FIRE,
    "terbakar": Hazard.FIRE,
    "angin kencang": Hazard.EXTREME_WEATHER,
    "puting beliung": Hazard.EXTREME_WEATHER,
    "pohon tumbang": Hazard.EXTREME_WEATHER,
    "tabrakan": Hazard.ACCIDENT,
    "laka lantas": Hazard.ACCIDENT,
    "tebing runtuh": Hazard.LANDSLIDE,
    "air bah": Hazard.FLASH_FLOOD,
    "gunung meletus": Hazard.VOLCANO,
    "burning": Hazard.FIRE,
    "car crash": Hazard.ACCIDENT,
    "fallen tree": Hazard.EXTREME_WEATHER,
}

NUMBER_WORDS: Final[dict[str, int]] = {
    "seorang": 1,
    "satu": 1,
    "dua": 2,
    "tiga": 3,
    "empat": 4,
    "lima": 5,
    "enam": 6,
    "tujuh": 7,
    "delapan": 8,
    "sembilan": 9,
    "sepuluh": 10,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}

# Alternatives of regular expressions.
PERSONS: Final = "orang|org|jiwa|warga|anak|penumpang|lansia|people|persons?|children|child|residents?|passengers?"
IN_DANGER: Final = (
    "terjebak|terancam|tertimbun|terjepit|terkurung|terisolasi|terseret|hanyut|hilang"
    "|trapped|stranded|at risk|in danger|buried|missing|swept away"
)
CALLER_TITLES: Final = "bu|ibu|pak|bapak|bpk|uni|uda|kak|sdr|sdri|mr|mrs|ms"
BEGINS_LANDMARK: Final = (
    "dekat|depan|di depan|samping|di samping|belakang|di belakang|seberang|di seberang|sebelah|di sebelah"
    "|near|next to|behind|opposite|in front of"
)
