"""The sentences of refusals, by code: the reason and what to do now."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

ROOTS: Final[dict[str, tuple[LazyString, ...]]] = {
    "not_found": (_("There is no such record. Check the number, or begin again from the list."),),
    "forbidden": (_("Your login may not do this. Sign in as someone who may, or call the bank."),),
    "invalid": (_("Something here is not right. Mend it and send it again."),),
    "conflict": (_("This is not possible now. Reload the page to see how things stand."),),
    "try_again": (_("Someone else was at it at the same moment. Nothing was done; try again."),),
}

NO_CHECKPOINT: Final = _("No checkpoint is that large. Ask for a size up to the last one's.")

LEDGER: Final[dict[str, tuple[LazyString, ...]]] = {
    "bad_transfer": (
        _("The ledger cannot write this down as it is. Check amounts, names and days."),
    ),
    "unknown_account": (_("The ledger has no such account. Check how it is written."),),
    "unknown_unit": (_("The ledger has no such unit. Check how it is written."),),
    "unknown_transfer": (_("The ledger has no such transfer. Check the number."),),
    "unknown_hold": (_("The ledger has no such hold. Check the number."),),
    "overdrawn": (
        _("There is only %(available)s, and %(asked)s was asked. Ask for less, or wait for more."),
        _("There is less than was asked. Ask for less, or wait for more."),
    ),
    "above_zero": (
        _("There is room for only %(available)s, and %(asked)s was to come. Send less."),
        _("This account cannot take so much. Send less."),
    ),
    "balance_too_large": (_("The sum is more than the ledger can hold. Check the amount."),),
    "key_reused": (_("This was sent before with other contents. Reload the page and try again."),),
    "account_differs": (_("An account of this name exists already. Choose another name."),),
    "account_frozen": (_("Nothing may go out of this account for now. Ask the county why."),),
    "account_closed": (_("This account is closed for good. Use another one."),),
    "account_not_empty": (
        _("The account still has something, or something is on hold in it. Empty it first."),
    ),
    "account_stands": (
        _("The account stands at “%(standing)s”, so this cannot be done. Reload the page."),
        _("As the account stands, this cannot be done. Reload the page."),
    ),
    "hold_ended": (
        _("This hold has ended: %(act)s. Look at the entry that ended it."),
        _("This hold has ended. Look at the entry that ended it."),
    ),
    "hold_expired": (
        _("This hold ran out on %(expires_at)s. Make a new one."),
        _("This hold has run out. Make a new one."),
    ),
    "settles_too_much": (
        _("Only %(held)s is on hold, and %(asked)s was asked. Ask for less."),
        _("Less is on hold than was asked. Ask for less."),
    ),
    "already_reversed": (_("This transfer was reversed before. Look at the reversal instead."),),
    "reversal_is_final": (_("A reversal cannot be reversed. Post what is meant anew."),),
    "nothing_to_reverse": (_("This entry moved nothing, so there is nothing to reverse."),),
    "not_sealed": (_("No checkpoint covers this entry yet. Try again in a minute."),),
    "not_sealed.size": (NO_CHECKPOINT,),
    "not_sealed.from": (NO_CHECKPOINT,),
    "not_sealed.to": (NO_CHECKPOINT,),
    "bad_note": (_("This checkpoint or key is not complete. Copy all of its lines."),),
    "bad_receipt": (_("This is not a whole receipt. Use the file as you downloaded it."),),
    "tampered_file": (
        _("Line %(line)s of this file is not as the ledger wrote it. Export it anew."),
        _("This file is not as the ledger wrote it. Export it anew."),
    ),
    "tampered": (
        _("A row of the ledger is not as it was written. Nothing is signed. Tell the auditor now."),
    ),
}

VALUATION: Final[dict[str, tuple[LazyString, ...]]] = {
    "no_such_appraisal": (
        _("There is no such commission or appraisal for your agency. Begin again from the list."),
    ),
    "not_the_agency": (_("Another agency has this commission. Only its appraisers may act here."),),
    "not_qualified": (
        _("Your qualification is not on record or has expired. Have the county renew it first."),
    ),
    "agency_not_admitted": (
        _("This agency is not on the county's list for appraisals. Choose another one."),
    ),
    "signed_already": (_("You have signed already. A second appraiser must sign now."),),
    "commission_ended": (_("This commission is closed. A new appraisal needs a new commission."),),
    "valuation_date_ahead": (
        _("The valuation date lies ahead, or is too long ago. Give a day that still counts."),
    ),
    "own_appraisal": (
        _("You may not appraise for a party you act for. Let another appraiser do it."),
    ),
    "no_value": (_("This method gives no value of an asset. Choose another method."),),
    "unknown_method": (_("There is no such valuation method. Choose one from the list."),),
}

SHARED: Final[dict[str, tuple[LazyString, ...]]] = {
    "no_such_record": (
        _("There is no such record, or you may not see it. Check the number, or call the bank."),
    ),
    "illegal_move": (
        _("It now stands at “%(stage)s”, so this cannot be done. Reload the page to go on."),
        _("This cannot be done at this stage. Reload the page to see what comes next."),
    ),
    "not_yours": (_("This belongs to someone else. Sign in as someone who acts for the owner."),),
    "not_an_officer": (_("Only an officer of the office in charge may do this. Pass it on."),),
    "own_business": (_("You have a part in this matter. Another officer must decide it."),),
    "same_officer": (_("You acted on this before. A second, different officer is needed now."),),
    "grace_running": (
        _("It can still be taken back until %(until)s. Go on after that."),
        _("It can still be taken back for a short while. Go on after that."),
    ),
    "grace_over": (_("The time to take it back is over. Call the bank if something is wrong."),),
    "bank_not_empty": (
        _("The bank is not empty; a demonstration is loaded into an empty one only."),
    ),
    "not_a_number": (_("Write a plain number, such as 1234.50."),),
    "negative_number": (_("The number cannot be below zero. Write it without a minus."),),
    "too_many_decimals": (
        _("Write at most %(places)s digits after the point."),
        _("Write fewer digits after the point."),
    ),
    "too_large": (_("The number is too large. Check the digits and the unit."),),
    "wrong_length": (
        _("This number has %(needed)s characters; you wrote %(got)s. Compare it with the paper."),
        _("The number of characters is not right. Compare it with the paper."),
    ),
    "wrong_character": (
        _("Character %(place)s cannot be right. Compare it with the paper."),
        _("One character cannot be right. Compare it with the paper."),
    ),
    "wrong_date": (_("The day of birth in this number cannot be right. Check digits 7 to 14."),),
    "wrong_check_digit": (_("One character seems mistyped. Compare the number with the paper."),),
    "unit_elsewhere": (
        _("This unit lies in county %(county)s; this county's codes begin with %(needed)s."),
        _("This unit lies in another county. Compare it with the paper."),
    ),
    "wrong_phone": (_("Write a mobile number of 11 digits that begins with 1."),),
    "unsplittable": (
        _("There is nothing to split, or nobody to split it among. Check the parts."),
    ),
    "unknown_rule": (
        _("No rule “%(rule)s” is in force, so nothing can be decided. Tell the county."),
        _("No rule is in force for this, so nothing can be decided. Tell the county."),
    ),
}

PARTIES: Final[dict[str, tuple[LazyString, ...]]] = {
    "weak_password": (_("This password is easy to guess. Choose another one."),),
    "weak_password.short": (
        _("Use at least %(min_length)s characters; a short sentence is easy to remember."),
        _("The password is too short. Use a short sentence."),
    ),
    "weak_password.digits": (_("Digits alone are easy to guess. Add letters or Chinese words."),),
    "weak_password.common": (_("Many people use this password. Choose one of your own."),),
    "weak_password.familiar": (
        _("The password must not contain your name or number. Choose another one."),
    ),
    "already_signed_up": (_("This number has signed up already. Sign in instead."),),
    "already_signed_up.phone": (_("This phone has signed up already. Sign in instead."),),
    "id_number_missing": (_("Copy the 18 characters from the identity card."),),
    "wrong_organisation": (
        _("This credit code is of another kind of organisation. Check the code and the kind."),
    ),
    "name_missing": (_("Write the name."),),
    "name_missing.representative": (_("Write the name of the person who acts for it."),),
    "unknown_division": (_("This village is not in this county. Choose one from the list."),),
    "not_confirmed": (
        _("An officer has not confirmed “%(name)s” yet. Take its papers to the township office."),
        _("An officer has not confirmed it yet. Take its papers to the township office."),
    ),
    "not_staff": (_("Access tokens are for officers and auditors."),),
    "token_too_long": (
        _("Choose from 1 to %(most)s days."),
        _("Choose fewer days."),
    ),
}

FILES: Final[dict[str, tuple[LazyString, ...]]] = {
    "file_empty": (_("The file is empty, or none was chosen. Choose the file again."),),
    "file_too_large": (
        _("The file has %(size_mb)s MB; at most %(limit_mb)s MB are taken. Choose a smaller one."),
        _("At most %(most_bytes)s are taken. Choose a smaller file, or split it."),
        _("The file is too large. Choose a smaller one."),
    ),
    "file_kind_refused": (
        _("%(found)s files are not taken here. Choose one of these: %(accepted)s."),
        _("This kind of file is not taken here. Choose another one."),
    ),
    "file_not_what_it_says": (
        _("The name says %(says)s but the contents are %(found)s. Save it anew and try again."),
        _("The contents do not fit the file's name. Save it anew and try again."),
    ),
    "file_broken": (_("The file is damaged or incomplete. Open it yourself, then save it anew."),),
    "file_locked": (_("The PDF is locked with a password. Save it without one, or take a photo."),),
    "file_active": (_("The PDF holds a program. Print it to a new PDF, or take a photo."),),
    "picture_too_large": (
        _("The picture has over %(limit_megapixels)s million pixels. Make it smaller first."),
        _("The picture has too many pixels. Make it smaller first."),
    ),
    "file_damaged": (
        _("The stored file is not what was handed in. Tell the bank, and keep your own copy."),
    ),
}

LAND: Final[dict[str, tuple[LazyString, ...]]] = {
    "bad_filter": (_("This filter has a value that is not known. Choose one from the list."),),
    "no_tiles": (
        _("This bank has no vector tiles: they need PostgreSQL with PostGIS. Use /lands/parcels."),
    ),
    "no_tile_there": (_("There is no such tile. Zoom, column and row begin with 0."),),
    "not_for_reader": (_("Only officers and auditors may see this, and have it as a file."),),
    "too_many_rows": (
        _("These are %(rows)s rows; a page gives out at most %(most)s. Narrow the list."),
        _("These are too many rows for one file. Narrow the list."),
    ),
    "not_a_polygon": (_("One closed outline is needed. Draw it on the map, or list its corners."),),
    "not_closed": (_("The outline is not closed. Let the last corner be the first again."),),
    "bad_number": (
        _("Line %(line)s cannot be read as coordinates. Write one corner a line."),
        _("“%(given)s” cannot be read as coordinates. Write one corner a line."),
        _("A corner cannot be read as coordinates. Write one corner a line."),
    ),
    "unknown_coordinates": (
        _("The coordinate system is not known. Use CGCS2000, or longitude and latitude."),
    ),
    "coordinates_swapped": (_("Latitude stands before longitude. Write longitude first."),),
    "too_few_corners": (_("The outline needs three corners at least. Add the missing ones."),),
    "too_many_corners": (
        _("The outline has more than %(most)s corners. Leave out those that are not needed."),
        _("The outline has too many corners. Leave out those that are not needed."),
    ),
    "self_crossing": (
        _("The outline crosses itself near %(lon)s, %(lat)s. Move a corner there."),
        _("The outline crosses itself. Put the corners in order around the land."),
    ),
    "broken_rings": (_("The parts of the outline do not fit together. Draw them one by one."),),
    "parcel_too_small": (
        _("The outline has %(area_dm2)s; a parcel has %(least_dm2)s at least. Check the corners."),
        _("The outline is too small for a parcel. Check the corners."),
    ),
    "outside_county": (
        _("%(outside_dm2)s of the outline lie outside the county. Move the corners inside."),
        _("The outline lies outside the county. Move the corners inside."),
    ),
    "no_such_division": (_("No town or village is known here. Check the place or the code."),),
    "unreadable_file": (_("The file holds no shapes we can read. Send GeoJSON or one Shapefile."),),
    "empty_file": (_("The file is empty. Choose the one with the parcels."),),
    "unsafe_file": (
        _(
            "Opening this file could do harm. Export the layer anew: without links, views, packing"
            " or repeated blocks."
        ),
    ),
    "shapefile_part_missing": (
        _("The Shapefile lacks %(part)s. Put all of its parts into one zip file."),
        _("The Shapefile is not whole. Put all of its parts into one zip file."),
    ),
    "several_layers": (
        _("The file has several layers: %(layers)s. Choose one."),
        _("The file has several layers. Choose one."),
    ),
    "too_many_columns": (
        _("The table has %(columns)s columns; at most %(most)s are read. Leave out the others."),
        _("The table has too many columns. Leave out those that are not needed."),
    ),
    "too_many_cells": (
        _("The table is too large to be read at once. Split it, for example by village."),
    ),
    "other_coordinates": (
        _("These numbers are not of the file's coordinate system. Bring all rows into one system."),
    ),
    "unknown_land_class": (
        _("“%(given)s” is no class of GB/T 21010-2017. Write its four digits."),
        _("The land class is missing. Write the four digits of GB/T 21010-2017."),
    ),
    "overlaps_parcel": (
        _("It overlaps parcel %(code)s by %(overlap_dm2)s. Mend the outline, or ask the county."),
        _("It overlaps another parcel. Mend the outline, or ask the county."),
    ),
    "outside_township": (
        _("It lies in %(division)s, outside your township. Its officer or the county takes it."),
        _("It lies outside your township. Its officer or the county takes it."),
    ),
    "parcel_code_taken": (
        _("Another parcel has the code %(code)s already. Compare it with the paper."),
        _("Another parcel has this code already. Compare it with the paper."),
    ),
    "no_such_parcel": (
        _("The bank has no parcel %(given)s. Compare the code with the paper."),
        _("The bank has no such parcel. Compare the code with the paper."),
    ),
    "area_differs": (
        _("The row states %(stated_dm2)s, its outline has %(area_dm2)s. Check unit and outline."),
        _("The stated area is not the outline's. Check unit and outline."),
    ),
    "kind_missing": (
        _("“%(given)s” cannot be a layer's name. Choose one of the three, or name your own."),
        _("Choose which layer it is, or name your own."),
    ),
    "layer_empty": (
        _("The file holds no zone, so nothing was taken. Send the file with the zones."),
    ),
    "zone_broken": (
        _("Row %(row)s is no sound polygon, so nothing was taken. Mend it, then send all again."),
        _("A zone is no sound polygon, so nothing was taken. Mend it, then send all again."),
    ),
    "zones_elsewhere": (_("No zone lies in this county. Look at the file's coordinate system."),),
    "no_such_column": (
        _("The file has no attribute “%(given)s”. It has: %(columns)s."),
        _("The file has no such attribute. Look at its table."),
    ),
    "core_unclear.blank_core": (
        _("Row %(row)s leaves it empty. Say what the file means by that, then send it again."),
        _("A zone leaves it empty. Say what the file means by that, then send it again."),
    ),
    "core_unclear": (
        _("Row %(row)s says “%(given)s”, not whether it is of the core. Write 1 or 0."),
        _("A zone does not say whether it is of the core. Write 1 or 0."),
    ),
    "parcel_retired": (_("This parcel is no more: another took its place. Reload the page."),),
    "shape_fixed": (
        _("Deposit %(deposit)s has this parcel in the bank, so its outline stays as it is."),
        _("This parcel is in the bank, so its outline stays as it is."),
    ),
    "shape_unchanged": (_("The parcel has exactly this outline already. Move a corner first."),),
    "serials_used_up": (_("No parcel code is left in this place. Tell the county."),),
}

JOBS: Final[dict[str, tuple[LazyString, ...]]] = {
    "job_under_way": (_("This is being done already. Wait until it is finished, or stop it."),),
    "job_lost": (_("Another worker took this over. Reload the page to see how far it is."),),
    "given_up": (
        _("This was begun %(claims)s times and never got on. Make the file smaller, then go on."),
        _("This was begun several times and never got on. Make the file smaller, then go on."),
    ),
    "file_discarded": (
        _("This file is no longer kept. What was taken from it stays; give the file again."),
    ),
    "not_our_agency": (_("This is another agency's. Sign in as someone who works there."),),
    "already_applied": (_("A firm of this credit code has applied already. Sign in instead."),),
    "not_editable": (_("This stays as it is while the county decides. Wait for its decision."),),
    "qualification_missing": (_("Enter a qualification that has not expired, then go on."),),
    "qualification_over": (_("This has expired already. Enter one that still holds."),),
    "entered_already": (_("This is entered already. Look at the list."),),
    "too_few_appraisers": (
        _("To appraise it takes %(needed)s qualified appraisers; there are %(found)s. Enter more."),
        _("To appraise it takes more qualified appraisers. Enter more."),
    ),
    "text_missing": (_("Write something here."),),
    "bad_fee": (_("Write a fee above zero; a share is below 100 per cent."),),
    "bad_year": (_("Write the year in which it was done, not one to come."),),
    "bad_stars": (_("Choose one to five stars."),),
    "not_finished": (_("Nothing was delivered yet. Rate it when the result is here."),),
    "rated_already": (_("You have rated this already; a rating stays."),),
    "not_matched": (_("Say first what the columns of the file mean."),),
    "already_begun": (
        _("Rows of this file were taken in already. Give it again to have it read otherwise."),
    ),
}

RULES: Final[dict[str, tuple[LazyString, ...]]] = {
    "unknown_use": (_("Construction land is not granted for this use. Choose one from the list."),),
    "vote_impossible": (_("The numbers of the vote contradict each other. Check the minutes."),),
    "vote_impossible.present": (
        _("More attended than there are members (%(most)s). Check the minutes."),
        _("More attended than there are members. Check the minutes."),
    ),
    "vote_impossible.in_favour": (
        _("More were in favour than attended (%(most)s). Check the minutes."),
        _("More were in favour than attended. Check the minutes."),
    ),
    "body_cannot_decide": (
        _("Representatives may not decide this. Hold a members' meeting and bring its minutes."),
    ),
    "representatives_too_few": (
        _("There must be %(needed)s representatives at least. Hold a members' meeting instead."),
        _("There are too few representatives. Hold a members' meeting instead."),
    ),
    "meeting_notice": (
        _("A meeting is called %(needed)s days ahead; this one was %(got)s. Hold it again."),
        _("The meeting was called too late. Hold it again."),
    ),
    "attendance_short": (
        _("At least %(needed)s of %(members)s must attend; %(got)s did. Hold the meeting again."),
        _("Too few attended. Hold the meeting again."),
    ),
    "vote_short": (
        _("At least %(needed)s of %(members)s must be in favour; %(got)s were. It did not carry."),
        _("Too few were in favour, so it did not carry. It can be put to the vote again."),
    ),
}

DEPOSITS: Final[dict[str, tuple[LazyString, ...]]] = {
    "wrong_depositor": (
        _("You cannot deposit “%(kind)s” in this name. Choose another kind, or act for its owner."),
        _("You cannot deposit this in this name. Choose another kind, or act for its owner."),
    ),
    "wrong_right": (
        _("“%(type)s” does not fit this land or its holder. Choose the right on the certificate."),
        _("This right does not fit this land or its holder. Choose the one on the certificate."),
    ),
    "certificate_missing": (_("Write the certificate's number as it stands on the paper."),),
    "right_expired": (
        _("The right over deposit %(deposit)s ended on %(ends_on)s, so it cannot go on."),
        _("The right ended on %(ends_on)s. Renew it first, then deposit the land."),
        _("The right has ended. Renew it first, then deposit the land."),
    ),
    "end_missing": (_("Write the day on which the right ends; it stands on the certificate."),),
    "mode_missing": (_("Something about how you want to be paid is missing. Fill it in."),),
    "mode_missing.rent": (_("Write the rent you ask for a year."),),
    "mode_missing.swap_wish": (_("Say what you would like in exchange."),),
    "mode_missing.use": (_("Say what the construction land is to be used for."),),
    "term_over_cap": (
        _("The law allows %(cap)s years at most (%(source)s). Write a term within that."),
        _("The term is longer than the law allows. Write a shorter one."),
    ),
    "term_beyond_right": (
        _("The right ends on %(ends_on)s. Choose a term that ends before it."),
        _("The right ends before the term does. Choose a shorter term."),
    ),
    "overlaps_deposit": (
        _("It overlaps parcel %(code)s by %(overlap_dm2)s. Move the outline, or ask the township."),
        _("The outline overlaps land that is in the bank. Move it, or ask the township."),
    ),
    "parcel_taken": (
        _("Parcel %(code)s belongs to another asset. Choose another one, or ask the township."),
        _("This parcel belongs to another asset. Choose another one, or ask the township."),
    ),
    "evidence_missing": (_("The certificate is missing. Add a photo or scan of it."),),
    "consent_missing": (
        _("The household's agreement or the collective's vote is missing. Add the signed paper."),
    ),
    "wrong_consent": (
        _("A collective votes, a household agrees in writing. Choose the one that fits."),
    ),
    "wrong_consent.held_on": (_("This day is yet to come. Write the day it was signed or held."),),
    "answers_missing": (
        _("Still to be answered: %(missing)s. Fill it in, then go on."),
        _("The application is not complete. Fill in what is missing."),
    ),
    "not_on_notice": (
        _("The public notice is not running, so no objection can be raised. Call the township."),
    ),
    "grounds_missing": (_("Write the reason, so that others can understand it."),),
    "notice_running": (
        _("The public notice runs until %(until)s. Go on after that."),
        _("The public notice is not over yet. Go on after it."),
    ),
    "objection_open": (
        _("Objection %(objection)s is open. Decide it first."),
        _("An objection is open. Decide it first."),
    ),
    "objection_decided": (_("This objection was decided before. Reload the page to see how."),),
    "land_conflict": (
        _(
            "%(conflict_dm2)s of it lie in a zone that forbids this: %(layer)s, %(zone)s. Mend the"
            " outline, or send it back."
        ),
        _("%(conflict_dm2)s of it are in conflict: %(layer)s. Mend the outline, or send it back."),
        _("The land check found a conflict: %(layer)s. Mend the outline, or send it back."),
        _("The land check found a conflict. Mend the outline, or send it back."),
    ),
    "no_appraisal": (_("No appraisal is in force today. Commission one first."),),
    "appraisal_lasts": (
        _("The appraisal is good until %(until)s. Commission another when that is near."),
        _("The appraisal is good for a while yet. Commission another when it ends."),
    ),
    "appraisal_under_way": (
        _("An agency is appraising it already: commission %(commission)s. Wait for its result."),
        _("An agency is appraising it already. Wait for its result."),
    ),
}

ORDERS: Final[dict[str, tuple[LazyString, ...]]] = {
    "not_in_catalogue": (
        _("Deposit %(deposit)s is no longer free. Take it out of the bundle, or choose another."),
        _("This deposit is no longer free. Choose another one."),
    ),
    "bundle_empty": (_("The bundle is empty. Put something in it from the catalogue."),),
    "bundle_ordered": (_("This bundle was ordered already. Begin a new one."),),
    "nothing_inside": (
        _("No deposit inside this red line can go into your bundle. Move the line."),
    ),
    "too_many_inside": (
        _("There are %(found)s deposits inside; a bundle holds %(most)s. Draw a smaller line."),
        _("There are too many deposits inside. Draw a smaller line."),
    ),
    "red_line_unnamed": (_("Give the red line a name."),),
    "own_deposit": (_("This is your own deposit. Choose what others have deposited."),),
    "swap_offer_missing": (
        _("Deposit %(deposit)s is for swap. Say what you offer for it, and its value."),
        _("Say what you offer in exchange, and its value."),
    ),
    "swap_offer_too_high": (
        _("The offer is worth more than the deposit (%(value_fen)s). Offer that much at most."),
        _("The offer is worth more than the deposit. Offer less."),
    ),
    "project_unnamed": (_("Give the project a name and a purpose."),),
    "project_unnamed.name": (_("Give the project a name."),),
    "project_unnamed.purpose": (_("Say what the project is for."),),
    "appraisal_expired": (
        _("The appraisal of deposit %(deposit)s has expired. Have it appraised anew."),
        _("An appraisal has expired. Have it made anew."),
    ),
    "value_changed": (
        _(
            "Deposit %(deposit)s was appraised anew: %(value_fen)s instead of %(agreed_fen)s."
            " End the order, give its money back, and order anew."
        ),
        _("A deposit was appraised anew. End the order, give its money back, and order anew."),
    ),
    "swap_not_accepted": (
        _("The owner of deposit %(deposit)s has not accepted the swap. Wait for the answer."),
        _("An owner has not accepted the swap. Wait for the answer."),
    ),
    "part_not_agreed": (
        _("The owner of %(deposit)s has not agreed to give a part. Wait for the answer."),
        _("An owner has not agreed to give a part. Wait for the answer."),
    ),
    "part_changed": (
        _("Another part of %(deposit)s is asked for now. Look at it, then answer."),
        _("Another part is asked for now. Look at it, then answer."),
    ),
    "part_outdated": (
        _("The land of %(deposit)s has changed since it was cut. Cut it anew."),
        _("The land has changed since it was cut. Cut it anew."),
    ),
    "part_kept": (
        _("The owner of %(deposit)s keeps exactly this part. Draw the line elsewhere."),
        _("The owner keeps exactly this part. Draw the line elsewhere."),
    ),
    "part_too_small": (
        _("Too little of it lies inside the line. Take it out, or draw the line anew."),
    ),
    "area_disagrees": (
        _("The area on file is not that of the outline. Call the county to have it mended."),
    ),
    "offer_answered": (_("You have accepted this offer already. Call the bank if it was wrong."),),
    "reservation_over": (
        _("The reservation ended at %(until)s. Order the bundle again."),
        _("The reservation is over. Order the bundle again."),
    ),
    "wrong_amount": (
        _("Exactly %(open_fen)s is due. Check the bank's receipt."),
        _("This is not the amount due. Check the bank's receipt."),
    ),
    "receipt_used": (
        _("Receipt %(number)s was recorded before. Check the number."),
        _("This receipt was recorded before. Check the number."),
    ),
    "receipt_missing": (_("Write the number of the bank's receipt."),),
    "receipt_unreadable": (
        _("A receipt number has %(least)s to %(most)s letters and digits. Look at the paper."),
        _("This is no receipt number. Compare it with the paper."),
    ),
    "opinion_missing": (_("Name the department and write its opinion."),),
    "opinion_missing.department": (_("Name the department."),),
    "opinion_missing.opinion": (_("Write the department's opinion."),),
    "review_missing": (
        _("Against it: %(against)s. Settle their points, then record a new opinion."),
        _("The joint review is not done. Record the departments' opinions first."),
    ),
    "escrow_short": (
        _("%(open_fen)s of the order's money has not come in. Record the receipt first."),
        _("The order's money is not complete. Record the receipts first."),
    ),
    "collection_under_way": (_("A collection of this order is under way. Finish that one first."),),
    "escrow_held": (
        _("Money is held for order %(order)s. Give it back to the payer first."),
        _("Money is held for this order. Give it back to the payer first."),
    ),
}

INCOME: Final[dict[str, tuple[LazyString, ...]]] = {
    "not_operating": (_("The project is not operating yet. Collect its bundle first."),),
    "wrong_period": (_("The period must end after it begins, and not lie ahead. Check the days."),),
    "nothing_earned": (_("There is no money to distribute. Record the receipt first."),),
    "nothing_earned.amount": (_("Write an amount above zero."),),
    "wrong_rate": (
        _("Set aside %(minimum)s at least (%(source)s), and 100%% at most."),
        _("The share set aside is out of bounds. Look at the rule and change it."),
    ),
    "wrong_percent": (_("Write a number from 0 to 100, with two digits after the point at most."),),
    "no_shareholders": (
        _("Nobody holds shares of this project, so there is no one to pay. Look at its contracts."),
    ),
    "round_open": (
        _("Round %(round)s is not finished. Finish or cancel it first."),
        _("Another round is not finished. Finish or cancel it first."),
    ),
    "notice_not_over": (
        _("The plan is on display until %(until)s. Confirm it after that."),
        _("The plan is still on display. Confirm it after that."),
    ),
    "override_missing": (
        _("There are more than %(limit)s holders. Write why this is no public offering."),
        _("There are many holders. Write why this is no public offering."),
    ),
    "income_changed": (
        _("The income or its holders have changed since. Cancel this round and compute it anew."),
    ),
}

WITHDRAWALS: Final[dict[str, tuple[LazyString, ...]]] = {
    "nothing_to_pay": (_("Write an amount above zero."),),
    "not_enough": (
        _("You can take out %(available_fen)s at most. Write a smaller amount."),
        _("This is more than there is. Write a smaller amount."),
    ),
    "bank_account_missing": (_("Write the bank account the money goes to: 8 to 30 digits."),),
    "reason_missing": (_("Write why it is refused, so that the owner knows what to do."),),
    "nothing_held": (
        _("No money is held for this order, so none can go back. Cancel it instead."),
    ),
    "escrow_changed": (
        _("%(held_fen)s are held now, not %(amount_fen)s. Refuse this refund and ask for it anew."),
        _("What is held has changed. Refuse this refund and ask for it anew."),
    ),
    "contract_running": (
        _("Contract %(contract)s runs until %(ends_on)s. Ask for it back after that."),
        _("The contract over this land has no end yet. Call the bank if you think otherwise."),
    ),
    "rent_open": (
        _("A rent of contract %(contract)s is not paid. Ask for it back when all rents are."),
        _("A rent is not paid. Ask for it back when all rents are."),
    ),
    "withdrawal_under_way": (
        _("Withdrawal %(withdrawal)s of the same is under way. Wait until it is finished."),
        _("Another withdrawal of the same is under way. Wait until it is finished."),
    ),
}

SENTENCES: Final[dict[str, tuple[LazyString, ...]]] = (
    ROOTS
    | LEDGER
    | VALUATION
    | SHARED
    | PARTIES
    | FILES
    | LAND
    | JOBS
    | RULES
    | DEPOSITS
    | ORDERS
    | INCOME
    | WITHDRAWALS
)
"""By code, and by `code.field` or `code.reason` where those differ: the sentence with most facts
first, then those that need fewer."""
