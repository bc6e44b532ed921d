"""What `pace` promises of faults (F), confidentiality (P) and numbers (N), each with the tests that prove it.

A proof is a test (`folder/file.py::test`) or all tests of a file, below `tests/`. Those under `long` run with
`just trust --all` only. The figures come out of the tests (the fixture `figure`), never from here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One promise: its number, its sentence, what others do, its proofs, and a plan where it is not held."""

    id: str
    says: str
    peer: str = ""
    proofs: tuple[str, ...]
    long: tuple[str, ...] = ()
    plan: str = ""

    @property
    def every(self) -> tuple[str, ...]:
        """All proofs."""
        return (*self.proofs, *self.long)


CAMPAIGN = "robust/test_campaign.py::test_damage_costs_what_is_damaged_over_two_thousand_mutants"
MUTANTS = "trust/test_release.py::test_twenty_thousand_mutants_do_no_harm"
PACKED = "robust/test_campaign.py::test_compressed_stamps_cost_more_but_never_in_silence"

FAULTS = (
    Goal(
        id="F1",
        says="Whatever is damaged in a file, there is no crash, no hang and no error but a documented one.",
        peer="95 to 1,269 exceptions, 335 panics in 7,000",
        proofs=(CAMPAIGN, PACKED, "cli/test_real.py::test_every_odd_file_is_inspected_or_refused_in_one_line"),
        long=(MUTANTS,),
    ),
    Goal(
        id="F2",
        says="Every record before a damage is kept.",
        peer="XML readers: 0.5 to 0.7 % before a cut",
        proofs=(
            CAMPAIGN,
            PACKED,
            "formats/test_archive.py::test_a_cut_gzip_gives_nearly_all_that_was_packed_before_the_cut",
        ),
        long=(MUTANTS,),
    ),
    Goal(
        id="F3",
        says="Of the records behind a damaged block of up to 512 bytes 85 % (FIT) or 80 % (XML) are kept, behind a "
        "broken tag 97 %.",
        peer="FIT 7 to 8 %, GPX 4.3 %",
        proofs=(CAMPAIGN, PACKED),
        long=(MUTANTS,),
    ),
    Goal(
        id="F4",
        says="Nothing is lost in silence: a salvage says where and how much, an empty file is an error.",
        peer="12 and 226 silent losses",
        proofs=(
            CAMPAIGN,
            PACKED,
            "formats/test_fit_damage.py::test_a_salvage_says_where_and_how_much",
            "formats/test_gpx.py::test_a_cut_file_keeps_every_point_before_the_cut",
            "formats/test_fit.py::test_bytes_that_are_no_fit_file_are_refused",
            "formats/test_archive.py::test_every_wrong_byte_of_a_gzip_is_noticed",
        ),
        long=(MUTANTS,),
    ),
    Goal(
        id="F5",
        says="Every value that cannot be is flagged and left out.",
        peer="8 % and 36 %",
        proofs=("robust/test_nonsense.py::test_every_impossible_value_is_flagged_and_left_out",),
    ),
    Goal(
        id="F6",
        says="At most 1 % of at least 100 undamaged real files is called damaged.",
        peer="4 of 18 (a prototype)",
        proofs=(
            "robust/test_campaign.py::test_whole_files_are_not_called_damaged",
            "formats/test_fit_corpus.py::test_no_undamaged_file_is_called_damaged",
        ),
    ),
    Goal(
        id="F7",
        says="A bomb gets at most 5 s, and 150 MB and 40 bytes for each of its own.",
        peer="over 60 s for 1.4 MB; 2.3 GB for 1 MB",
        proofs=(
            "robust/test_bombs.py::test_bombs_do_no_harm",
            "formats/test_source.py::test_a_hostile_file_costs_the_good_ones_nothing",
            "formats/test_archive.py::test_a_gigabyte_of_zeros_is_refused_early",
            "formats/test_archive.py::test_one_budget_covers_all_that_is_nested",
            "formats/test_gpx.py::test_a_document_type_is_refused_on_every_way",
        ),
    ),
    Goal(
        id="F8",
        says="One bad file of an archive costs the others nothing.",
        peer="the standard library loses all behind it",
        proofs=(
            "table/test_stops.py::test_a_hostile_archive_costs_the_good_files_nothing",
            "robust/test_campaign.py::test_a_damaged_archive_loses_the_damaged_file_at_most",
        ),
    ),
    Goal(
        id="F9",
        says="A power cut at any moment: nothing acknowledged is lost, nothing is half there, the library opens.",
        peer="usual SQLite settings: up to all 40 commits lost",
        proofs=("library/test_power.py",),
    ),
    Goal(
        id="F10",
        says="Killed or stopped with Ctrl-C at any moment and gone on with: the result of an undisturbed run.",
        peer="a table written in place: unreadable after 38 of 40 kills",
        proofs=(
            "trust/test_stops.py::test_a_batch_killed_and_resumed_comes_to_the_same",
            "trust/test_stops.py::test_ctrl_c_in_any_phase_is_quiet_and_costs_nothing",
            "table/test_stops.py::test_kill_9_at_any_moment_changes_nothing",
            "table/test_stops.py::test_ctrl_c_leaves_no_output_and_a_journal",
            "library/test_erasure.py::test_forgetting_survives_being_killed",
        ),
        long=(
            "trust/test_release.py::test_a_batch_killed_a_hundred_times_comes_to_the_same",
            "trust/test_release.py::test_ctrl_c_at_three_hundred_moments",
        ),
    ),
    Goal(
        id="F11",
        says="A full disk, a read-only or a vanished folder: one line, exit code 1, old outputs as they were.",
        proofs=(
            "trust/test_stops.py::test_a_disk_that_takes_nothing_is_one_line",
            "trust/test_stops.py::test_a_folder_that_is_not_there_is_one_line",
            "library/test_trouble.py",
            "cli/test_command.py::test_a_failed_write_leaves_the_old_page",
            "cli/test_command.py::test_a_full_disk_is_no_fault_of_the_program",
            "table/test_stops.py::test_an_old_table_stays_until_the_new_one_is_whole",
        ),
    ),
    Goal(
        id="F12",
        says="Several programs on one library: no change is lost and nobody is told off within half a minute.",
        peer="187 of 800 changes fail",
        proofs=("library/test_many_at_once.py",),
    ),
    Goal(
        id="F13",
        says="A killed worker costs at most the file over which it dies again; nothing hangs.",
        peer="a multiprocessing pool hangs for ever",
        proofs=(
            "trust/test_stops.py::test_a_killed_worker_costs_nothing",
            "table/test_stops.py::test_a_file_that_kills_costs_only_itself",
            "table/test_stops.py::test_workers_end_with_a_parent_that_was_killed",
            "table/test_dask.py::test_a_cluster_with_workers_killed_gives_the_same",
        ),
    ),
    Goal(
        id="F14",
        says="A flipped bit of the library is found before any figure is shown.",
        peer="plain SQLite finds 110 of 300",
        proofs=("library/test_damage.py",),
    ),
    Goal(
        id="F15",
        says="A batch of 100,000 files takes at most 500 MB, and no more than 1 kB for each further file.",
        proofs=(),
        long=("trust/test_release.py::test_a_hundred_thousand_files_take_little_memory",),
    ),
    Goal(
        id="F16",
        says="Readers and library are fuzzed by coverage, half an hour of CPU each; every find is mended and kept.",
        peer="4 to 11 finds in 100 s",
        proofs=("fuzz/test_fuzz.py", "library/test_stateful.py::test_a_library_is_a_dictionary_that_survives"),
        long=(
            "library/test_stateful.py::test_a_library_is_a_dictionary_that_survives_for_long",
            *(f"fuzz/fuzz_{name}.py" for name in ("fit", "gpx", "tcx", "archive", "library")),
        ),
    ),
)

CONFIDENTIALITY = (
    Goal(
        id="P1",
        says="No network: neither the tests nor any command; a report asks for nothing from anywhere.",
        peer="maps of folium load from 6 foreign hosts",
        proofs=(
            "trust/test_commands.py::test_no_command_uses_the_network",
            "trust/test_commands.py::test_a_use_of_the_network_would_be_noticed",
            "trust/test_commands.py::test_the_system_sees_no_network_either",
            "trust/test_commands.py::test_the_page_is_for_this_computer_alone",
            "output/test_html.py::test_the_page_loads_nothing_and_runs_nothing",
        ),
        long=(
            "trust/test_release.py::test_the_tests_need_no_network",
            "browser/test_report.py::test_a_page_is_quiet_and_open_to_everyone",
        ),
    ),
    Goal(
        id="P2",
        says="Nothing is left but the outputs that were named.",
        proofs=(
            "trust/test_commands.py::test_nothing_is_left_but_what_was_named",
            "trust/test_commands.py::test_a_crash_tells_nothing_and_leaves_nothing",
            "library/test_erasure.py::test_nothing_is_written_anywhere_else",
        ),
    ),
    Goal(
        id="P3",
        says="What is written can be read by its owner only, whatever the umask.",
        peer="SQLite and open(): 0644",
        proofs=(
            "trust/test_commands.py::test_everything_written_is_its_owner_s_alone",
            "library/test_library.py::test_files_are_their_owner_s_only",
            "library/test_trouble.py::test_the_usual_place_is_made_for_its_owner_only",
        ),
    ),
    Goal(
        id="P4",
        says="No name, place, time of day, serial number or note of an input stands in any output, message or trace.",
        proofs=(
            "trust/test_commands.py::test_no_secret_is_told",
            "trust/test_commands.py::test_a_secret_would_be_found",
            "trust/test_commands.py::test_damaged_inputs_tell_nothing_either",
            "trust/test_commands.py::test_no_error_of_a_reader_tells_a_secret",
            "trust/test_commands.py::test_a_journal_tells_nothing",
            "trust/test_commands.py::test_a_crash_tells_nothing_and_leaves_nothing",
            "cli/test_person.py::test_what_is_noted_appears_nowhere_else",
        ),
    ),
    Goal(
        id="P5",
        says="Whoever gets twenty exported ways finds at most 10 % of homes within 50 m, and 20 % within 100 m; a "
        "meeting point within 500 m of where recordings keep starting is warned of.",
        peer="a fixed circle cut out: 100 % within 50 m",
        proofs=("routes/test_starts.py",),
        long=("trust/test_release.py::test_a_home_is_not_found_from_twenty_ways",),
    ),
    Goal(
        id="P6",
        says="Exports hold what they promise and nothing else: no serial number, no name, no body, no time.",
        peer="copies without track points still tell the start in 45 of 107 files",
        proofs=(
            "output/test_route_files.py::test_exports_tell_of_nobody_and_of_no_time",
            "output/test_workout.py::test_no_name_and_no_time_of_making_is_in_the_file",
            "formats/test_fit_round_trip.py::test_nothing_personal_is_written",
            "activity/test_kept.py::test_real_recordings_survive",
        ),
    ),
    Goal(
        id="P7",
        says="Who is forgotten is gone from every byte of every file.",
        peer="SQLite: 1 to 801 of 800 marks left, DuckDB all",
        proofs=("library/test_erasure.py", "trust/test_recipe.py"),
    ),
    Goal(
        id="P8",
        says="An encrypted library shows nothing and costs at most a tenth more time; a wrong passphrase is one line.",
        peer="SQLCipher prints to the terminal",
        proofs=(
            "library/test_erasure.py::test_an_encrypted_library_shows_nothing",
            "library/test_erasure.py::test_a_wrong_passphrase_is_one_line",
        ),
        long=("trust/test_release.py::test_encryption_costs_at_most_a_tenth",),
    ),
    Goal(
        id="P9",
        says="A name can steer no page, picture, terminal, table or file.",
        peer="raw in folium, rich, csv and json within a script",
        proofs=(
            "output/test_names.py",
            "output/test_html.py::test_hostile_labels_are_inert",
            "output/test_route_files.py::test_a_street_of_any_name_stays_a_name",
            "cli/test_terminal.py::test_a_name_steers_no_terminal",
            "table/test_batch.py::test_names_cannot_become_formulas",
            "formats/test_gpx.py::test_no_word_breaks_what_is_written",
        ),
    ),
    Goal(
        id="P10",
        says="The local page answers its own browser alone: loopback, secret, Host and Origin, policy, limits.",
        peer="the usual servers answer any Host with 200",
        proofs=("page/test_guard.py",),
    ),
)

NUMBERS = (
    Goal(
        id="N1",
        says="A place comes back within one semicircle.",
        proofs=(
            "robust/test_nonsense.py::test_a_place_comes_back_within_a_semicircle",
            "formats/test_fit_round_trip.py::test_positions_come_back_to_the_semicircle",
        ),
    ),
    Goal(
        id="N2",
        says="A distance is within 0.1 % of the geodesic, poles and date line included.",
        proofs=(
            "trust/test_numbers.py::test_a_distance_is_that_of_the_geodesic",
            "activity/test_motion.py::test_the_place_changes_nothing",
        ),
    ),
    Goal(
        id="N3",
        says="Fourteen ways to write a time are read right or flagged.",
        peer="5 lost in silence",
        proofs=(
            "robust/test_nonsense.py::test_each_form_of_time_is_read_right_or_flagged",
            "formats/test_text.py::test_each_form_of_a_time_is_read",
        ),
    ),
    Goal(
        id="N4",
        says="Language, time zone and clock of the computer change nothing.",
        peer="naive times shift by the local offset",
        proofs=(
            "trust/test_commands.py::test_language_zone_and_clock_change_no_byte",
            "robust/test_nonsense.py::test_language_and_time_zone_of_the_computer_change_nothing",
        ),
    ),
    Goal(
        id="N5",
        says="Numbers follow one strict grammar.",
        peer="float() takes 1_0.5, nan and Arabic digits",
        proofs=("robust/test_nonsense.py::test_numbers_follow_one_strict_grammar",),
    ),
    Goal(
        id="N6",
        says="Of real files the units of cadence are right and the finer fields are preferred.",
        proofs=(
            "formats/test_fit_corpus.py::test_fitdecode_agrees_on_every_field_of_small_files",
            "formats/test_fit.py::test_enhanced_fields_win_sample_by_sample",
            "formats/test_fit.py::test_steps_are_counted_on_foot_and_turns_on_wheels",
        ),
        long=("formats/test_fit_corpus.py::test_fitdecode_agrees_on_every_field",),
    ),
)

GOALS = FAULTS + CONFIDENTIALITY + NUMBERS
