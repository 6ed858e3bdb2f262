"""The way to the Bot API through a proxy: HTTP by aiohttp itself, SOCKS by a connector of its own."""

import os
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import aiohttp
from aiohttp_socks import ProxyConnector
from python_socks import ProxyError as ProxyError  # what a SOCKS proxy refuses, for whoever catches it
from yarl import URL

_SOCKS = ("socks4", "socks5", "socks5h")


def proxy_for(address: str, setting: str | None) -> str | None:
    """The proxy to take to an address: the setting PROXY, else what HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say.

    An empty setting is the straight way, whatever the environment says.
    """
    if setting is not None:
        return setting or None
    parts = urlsplit(address)
    if proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = _environment()
    return proxies.get(parts.scheme) or proxies.get("all")


def _environment() -> dict[str, str]:
    """By scheme; an address without one is an HTTP proxy, as curl takes it."""
    if os.environ.get("REQUEST_METHOD"):  # a CGI's HTTP_PROXY comes from whoever asks: https://httpoxy.org
        return {}
    return {
        scheme: value if "://" in value else f"http://{value}"
        for scheme, value in getproxies_environment().items()
        if value
    }


def can_be_dialled(address: str) -> bool:
    """Whether host and port of an address can be read, also by those who will use it. SOCKS has no port of its own."""
    try:
        url, parts = URL(address), urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    return bool(url.host) and port != 0 and (port is not None or parts.scheme not in _SOCKS)


def connector_for(proxy: str | None, limit: int) -> aiohttp.BaseConnector:
    """Connections straight there, or through SOCKS; names are looked up by the proxy."""
    if proxy is None or urlsplit(proxy).scheme not in _SOCKS:
        return aiohttp.TCPConnector(limit=limit)
    address = proxy.replace("socks5h://", "socks5://", 1)
    connector: aiohttp.BaseConnector = ProxyConnector.from_url(address, rdns=True, limit=limit)
    return connector


def http_proxy(proxy: str | None) -> URL | None:
    """What aiohttp itself is told; None for SOCKS and for the straight way."""
    return URL(proxy) if proxy and urlsplit(proxy).scheme not in _SOCKS else None
