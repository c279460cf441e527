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
