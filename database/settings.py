"""The process's settings, read once from the environment."""

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class BankSettings(BaseModel):
    """One bank: a county, its database and the hosts it answers on."""

    county: str = Field(pattern=r"^\d{6}$", description="GB/T 2260 code")
    name_zh: str
    name_en: str
    database_url: str
    files_dir: Path
    hosts: tuple[str, ...] = ()
    srid: int = Field(4549, description="the county's Gauss-Kruger system, an EPSG code")


class Settings(BaseSettings):
    """What a deployment sets; `BANKS` (JSON) names several banks, else there is the one default."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore")

    secret_key: SecretStr = SecretStr("")
    encryption_keys: SecretStr = SecretStr("")
    """Fernet keys, comma-separated, the newest first: ids at rest are encrypted with the first."""
    signing_key: SecretStr = SecretStr("")
    """The ledger's Ed25519 seed, 64 hex digits: it signs checkpoints."""
    retired_keys: str = ""
    """Public keys that checkpoints were signed with before, comma-separated, as
    `/api/v1/ledger/key` gave them: nothing is signed over a checkpoint of a key that is unknown."""
    database_url: str = "sqlite:///instance/bank.sqlite"
    files_dir: Path = Path("instance/files")
    county: str = "330523"
    county_name_zh: str = "安吉县"
    county_name_en: str = "Anji County"
    srid: int = 4549
    banks: tuple[BankSettings, ...] = ()
    demo: bool = False
    """A demonstration: the bank's day may be moved forward, and logins are shown."""
    secure_cookies: bool = True
    trusted_proxies: int = 0
    """How many proxies stand before the server and set X-Forwarded-For, -Proto and -Host."""
    rate_limits: bool = True
    metrics_token: SecretStr = SecretStr("")
    """Who sends it may read /metrics; without it only this machine itself may."""
    phone: str = ""
    """Whom people can call; shown on every page."""
    map_wmts_url: str = ""
    """A base map's tiles in EPSG:3857 (天地图's `vec_w`, say), with {TileMatrix}, {TileRow} and
    {TileCol}; browsers may then ask that one host for pictures. Empty: no base map."""
    map_wmts_attribution: str = ""
    """Whose the base map is, as its owner wants it said."""
    public_url: str = ""
    """Where the public reaches the bank; printed in QR codes. Empty: as the request came in."""

    def directory(self) -> tuple[BankSettings, ...]:
        """All banks that this process serves; the first is the default."""
        if self.banks:
            return self.banks
        return (
            BankSettings(
                county=self.county,
                name_zh=self.county_name_zh,
                name_en=self.county_name_en,
                database_url=self.database_url,
                files_dir=self.files_dir,
                srid=self.srid,
            ),
        )


@lru_cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
