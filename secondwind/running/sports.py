"""The words for kinds of sport: one vocabulary (that of FIT) for what files and exports call by many
names."""

from __future__ import annotations

import unicodedata

# Numbers of the FIT protocol, for `sport` and `sub_sport`.
FIT_SPORTS = dict(
    enumerate(
        "generic running cycling transition fitness_equipment swimming basketball soccer tennis"
        " american_football training walking cross_country_skiing alpine_skiing snowboarding rowing"
        " mountaineering hiking multisport paddling flying e_biking motorcycling boating driving golf"
        " hang_gliding horseback_riding hunting fishing inline_skating rock_climbing sailing ice_skating"
        " sky_diving snowshoeing snowmobiling stand_up_paddleboarding surfing wakeboarding water_skiing"
        " kayaking rafting windsurfing kitesurfing tactical jumpmaster boxing floor_climbing baseball".split()
    )
) | {53: "diving", 62: "hiit", 64: "racket", 84: "jump_rope"}

FIT_SUB_SPORTS = dict(
    enumerate(
        "generic treadmill street trail track spin indoor_cycling road mountain downhill recumbent cyclocross"
        " hand_cycling track_cycling indoor_rowing elliptical stair_climbing lap_swimming open_water"
        " flexibility_training strength_training warm_up match exercise challenge indoor_skiing"
        " cardio_training indoor_walking e_bike_fitness bmx casual_walking speed_walking"
        " bike_to_run_transition run_to_bike_transition swim_to_bike_transition atv motocross backcountry"
        " resort rc_drone wingsuit whitewater skate_skiing yoga pilates indoor_running gravel_cycling"
        " e_bike_mountain commuting mixed_surface navigate track_me map".split()
    )
) | {58: "virtual_activity", 59: "obstacle", 62: "breathing", 67: "ultra", 68: "indoor_climbing"}

# What GPX and TCX files and exports say, folded as `folded` does, to (sport, sub-sport).
_WORDS = {
    ("running", ""): "run running runs jog jogging 9 lauf laufen laufsport carrera correr course"
    " courseapied footing corsa hardlopen corrida loop streetrunning roadrunning race",
    ("running", "trail"): "trailrun trailrunning traillauf trailrunninglauf carreraporsendero"
    " carreraportrail carrerademontana trail coursesurpiste fellrunning mountainrunning",
    ("running", "treadmill"): "treadmill treadmillrunning treadmillrun laufband indoorrun cinta cintadecorrer"
    " tapisdecourse tapisroulant",
    ("running", "indoor_running"): "indoorrunning",
    ("running", "track"): "trackrunning trackrun",
    ("running", "ultra"): "ultrarun ultrarunning",
    ("running", "virtual_activity"): "virtualrun virtualrunning virtuellerlauf carreravirtual"
    " coursevirtuelle courseapiedvirtuelle",
    ("running", "obstacle"): "obstaclerun obstaclecourse",
    ("walking", ""): "walk walking spaziergang gehen paseo caminata caminar marche camminata wandelen 10"
    " casualwalking",
    ("walking", "speed_walking"): "speedwalking nordicwalking",
    ("hiking", ""): "hike hiking wanderung wandern senderismo excursion randonnee trekking 4",
    ("cycling", ""): "ride biking cycling bike cyclisme radfahrt radfahren ciclismo bicicleta velo 1"
    " roadcycling roadbiking sortieavelo fahrrad vueltaenbicicleta",
    ("cycling", "mountain"): "mountainbikeride mountainbiking mtb mountainbike vtt mountainbikefahrt",
    ("cycling", "gravel_cycling"): "gravelride gravelcycling gravel",
    ("cycling", "virtual_activity"): "virtualride virtuelleradfahrt virtualcycling",
    ("cycling", "indoor_cycling"): "indoorcycling indoorride",
    ("e_biking", ""): "ebikeride emountainbikeride ebiking",
    ("swimming", ""): "swim swimming schwimmen natacion natation nado 16",
    ("swimming", "lap_swimming"): "lapswimming",
    ("swimming", "open_water"): "openwaterswimming openwater",
    ("rowing", ""): "rowing row rudern remo aviron",
    ("cross_country_skiing", ""): "nordicski crosscountryskiing langlauf esquinordico skidefond",
    ("alpine_skiing", ""): "alpineski alpineskiing skifahren ski downhillskiing",
    ("alpine_skiing", "backcountry"): "backcountryski skitouring skitour skiderandonnee",
    ("snowshoeing", ""): "snowshoe snowshoeing schneeschuhwandern raquettes raquetasdenieve",
    ("inline_skating", ""): "inlineskate inlineskating",
    ("rock_climbing", ""): "rockclimbing climbing klettern escalada escalade",
    ("mountaineering", ""): "mountaineering alpinism bergsteigen alpinisme",
    ("training", ""): "workout training entrenamiento entrainement allenamento",
    ("training", "strength_training"): "weighttraining strengthtraining strength krafttraining"
    " entrenamientoconpesas musculation pesas",
    ("training", "yoga"): "yoga",
    ("training", "pilates"): "pilates",
    ("fitness_equipment", "elliptical"): "elliptical crosstrainer eliptica elliptique",
    ("fitness_equipment", "stair_climbing"): "stairstepper stairclimbing",
    ("transition", ""): "transition",
    ("multisport", ""): "multisport triathlon duathlon",
    ("generic", ""): "other generic sonstige otro autre unknown uncategorized",
}
_BY_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}


def folded(text: str) -> str:
    """Small letters and digits alone, without accents: "Course à pied" is "courseapied"."""
    plain = unicodedata.normalize("NFKD", text[:200].casefold())
    return "".join(c for c in plain if c.isalnum() and c.isascii())


def kind_of(text: str) -> tuple[str, str]:
    """Sport and sub-sport that a word of a file means; empty strings when it is not known."""
    return _BY_WORD.get(folded(text), ("", ""))


def fit_kind(sport: float | None, sub_sport: float | None) -> tuple[str, str]:
    """Sport and sub-sport by their FIT numbers; "generic" counts as not told for the second."""
    name = "" if sport is None else FIT_SPORTS.get(int(sport), f"sport_{int(sport)}")
    sub = "" if not sub_sport else FIT_SUB_SPORTS.get(int(sub_sport), f"sub_sport_{int(sub_sport)}")
    return name, sub
