"""The pages' third-party files: each is where the table says, and none else."""

from tools import vendor


def test_the_served_folder_holds_the_table_and_nothing_else() -> None:
    served = {str(p.relative_to(vendor.SERVED)) for p in vendor.SERVED.rglob("*") if p.is_file()}

    assert served == set(vendor.FILES.values())


def test_styles_point_at_pictures_that_are_served() -> None:
    css = (vendor.SERVED / "leaflet.css").read_text()

    for picture in ("layers.png", "layers-2x.png", "marker-icon.png"):
        assert f"images/{picture}" in css
        assert (vendor.SERVED / "images" / picture).exists()


def test_the_fonts_of_papers_have_outlines_that_a_pdf_can_embed() -> None:
    found = {path.name for path in vendor.FONTS.iterdir()}

    assert found == set(vendor.FONT_FILES.values())
    for path in vendor.FONTS.glob("*.ttf"):
        assert path.read_bytes()[:4] == b"\x00\x01\x00\x00"  # TrueType
