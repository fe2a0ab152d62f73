"""Packaging channels: their inputs, endpoints and play domains. Plays "StreamPackage Channel APIs"."""

from __future__ import annotations

import ipaddress
from typing import Any

from livetui.emulator.answers import Call, Refusal
from livetui.emulator.mdp.harvest import running
from livetui.emulator.mdp.region import Region, answered, changed, made, page
from livetui.emulator.mdp.shelf import Thing, is_domain, not_found, wrong

ENDPOINTS = 10
"""Endpoints a channel may have; the documents tell no number."""

_PLAYLIST, _SEGMENT = (1_000, 60_000), (10_000, 1_800_000)
_CACHED_FOR = {
    ".m3u8": _PLAYLIST,
    ".mpd": _PLAYLIST,
    ".ts": _SEGMENT,
    ".m4s": _SEGMENT,
    ".mp4": _SEGMENT,
}
"""Milliseconds, by extension (structure CacheInfoInfo)."""

_MANIFESTS = {"HLS": ".m3u8", "DASH": ".mpd", "CMAF": ".m3u8"}


def new_channel(region: Region, ident: str, name: str, protocol: str, cache: Any = None) -> Thing:
    """A channel with its two inputs, without endpoints."""
    inputs = [
        {
            "Url": f"http://{region.name}-{number}.streampackage.example/v1/{region.token()}/{region.token()}",
            "AuthInfo": credentials(region),
        }
        for number in (1, 2)
    ]
    points = {"Inputs": inputs, "Endpoints": []}
    return {
        "Id": ident,
        "Name": name,
        "Protocol": protocol,
        "Points": points,
        "CacheInfo": cache,
        "domains": [],
    }


def new_endpoint(region: Region, name: str, protocol: str, manifest: str = "main") -> Thing:
    """An endpoint anyone may read, without time shift, ads and encryption."""
    file = f"{manifest}{_MANIFESTS[protocol]}"
    url = f"https://{region.name}.streampackage.example/v1/{region.token()}/{region.token(12)}/{file}"
    return {
        "Name": name,
        "Url": url,
        "Protocol": protocol,
        "Manifest": manifest,
        "AuthInfo": {"WhiteIpList": [], "BlackIpList": [], "AuthKey": ""},
        "TimeShiftEnable": False,
        "TimeShiftDuration": 0,
        "SSAIEnable": False,
        "DRMEnabled": False,
        "url": url,
    }


def credentials(region: Region) -> Thing:
    return {"Username": f"u{region.token(8)}", "Password": region.token(16)}


@answered("CreateStreamPackageChannel")
def _create(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    region.channels.room(call)
    region.channels.free(call, params["Name"])
    _check_cache(call, params)
    ident = region.ident(call.now)
    channel = new_channel(region, ident, params["Name"], params["Protocol"], params.get("CacheInfo"))
    return {"Info": region.channels.add(channel)}


@answered("ModifyStreamPackageChannel")
def _modify(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = region.channels.get(call, params["Id"])
    region.channels.free(call, params["Name"], but=channel)
    _check_cache(call, params)
    channel.update(changed(call, channel, params))
    return {}


@answered("DescribeStreamPackageChannel")
def _describe(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {"Info": region.channels.get(call, params["Id"])}


@answered("DescribeStreamPackageChannels")
def _list(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return page(params, list(region.channels))


@answered("DeleteStreamPackageChannels")
def _delete(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """One that a harvest job reads or a domain serves from stays, and is told as failed."""
    chosen = {ident: region.channels.get(call, ident) for ident in params["Ids"]}
    failed = [channel for channel in chosen.values() if _in_use(region, channel, call)]
    gone = [channel for channel in chosen.values() if channel not in failed]
    region.channels.drop(*(channel["Id"] for channel in gone))
    return {"SuccessInfos": gone, "FailInfos": failed}


@answered("ModifyStreamPackageChannelInputAuthInfo")
def _modify_input(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = region.channels.get(call, params["Id"])
    chosen = next((one for one in channel["Points"]["Inputs"] if one["Url"] == params["Url"]), None)
    if chosen is None:
        raise wrong(call, "Url", "The channel has no input with this URL.")
    closed = params["ActionType"] == "CLOSE"
    chosen["AuthInfo"] = {"Username": "", "Password": ""} if closed else credentials(region)
    return {"AuthInfo": chosen["AuthInfo"]}


# Endpoints.


@answered("CreateStreamPackageChannelEndpoint")
def _create_endpoint(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = region.channels.get(call, params["Id"])
    endpoints = channel["Points"]["Endpoints"]
    if len(endpoints) >= ENDPOINTS:
        raise wrong(call, "ExceededQuantityLimit", f"A channel has at most {ENDPOINTS} endpoints.")
    protocol = params.get("Protocol") or channel["Protocol"]
    _check_endpoint(call, channel, params, protocol)
    endpoint = new_endpoint(region, params["Name"], protocol, params.get("Manifest") or "main")
    given = made(call, params)
    del given["Id"]
    endpoint |= given | {"Protocol": protocol, "Manifest": endpoint["Manifest"]}
    endpoints.append(endpoint)
    return {"Info": endpoint}


@answered("ModifyStreamPackageChannelEndpoint")
def _modify_endpoint(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = region.channels.get(call, params["Id"])
    endpoint = _endpoint(call, channel, params["Url"])
    _check_endpoint(call, channel, params, params.get("Protocol") or endpoint["Protocol"], endpoint)
    enabled = params.get("SSAIEnable", endpoint["SSAIEnable"])
    if enabled and not (params.get("SSAIInfo") or endpoint.get("SSAIInfo") or {}).get("AdsUrl"):
        raise wrong(call, "SSAIInfo", "Ads need an AdsUrl.")
    after = changed(call, endpoint, params)
    # Both are mandatory and say how it is from now on: nothing of the lists before stays.
    after["AuthInfo"] = params["AuthInfo"]
    after["Url"] = _with_part(after)
    del after["Id"]
    endpoint.update(after)
    return {}


@answered("DeleteStreamPackageChannelEndpoints")
def _delete_endpoints(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = region.channels.get(call, params["Id"])
    chosen = [_endpoint(call, channel, url)["Url"] for url in params["Urls"]]
    endpoints = channel["Points"]["Endpoints"]
    endpoints[:] = [endpoint for endpoint in endpoints if endpoint["Url"] not in chosen]
    return {}


# Play domains.


@answered("BindNewLVBDomainWithChannel")
def _bind(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel, domain = region.channels.get(call, params["ChannelId"]), params["LVBDomain"]
    if not is_domain(domain):
        raise wrong(call, "LvbDomain", f"{domain} is no domain name.")
    if any(domain in other["domains"] for other in region.channels):
        raise wrong(call, "LvbDomain", f"{domain} serves a channel already.")
    channel["domains"].append(domain)
    return {"LVBDomain": domain}


@answered("UnbindCdnDomainWithChannel")
def _unbind(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel, domain = region.channels.find(params["ChannelId"]), params["CdnDomain"]
    if channel is None:
        raise wrong(call, "ChannelId", "There is no such channel in this region.")
    if not is_domain(domain):
        raise wrong(call, "CdnDomain", f"{domain} is no domain name.")
    if domain not in channel["domains"]:
        raise not_found(call, "binding")
    channel["domains"].remove(domain)
    return {}


# What the pages rule.


def _in_use(region: Region, channel: Thing, call: Call) -> bool:
    read = any(job["ChannelId"] == channel["Id"] and running(job, call.now) for job in region.harvests)
    return read or bool(channel["domains"])


def _endpoint(call: Call, channel: Thing, url: str) -> Thing:
    for endpoint in channel["Points"]["Endpoints"]:
        if endpoint["Url"] == url:
            found: Thing = endpoint
            return found
    raise wrong(call, "Url", "The channel has no endpoint with this URL.")


def _check_cache(call: Call, params: dict[str, Any]) -> None:
    for one in (params.get("CacheInfo") or {}).get("Info") or ():
        low, high = _CACHED_FOR.get(one.get("Ext"), (1_000, 1_800_000))
        if not low <= one["Timeout"] <= high:
            raise wrong(call, "CacheInfo", f"{one.get('Ext')} is cached for {low} to {high} ms.")


def _check_endpoint(
    call: Call, channel: Thing, params: dict[str, Any], protocol: str, but: Thing | None = None
) -> None:
    others = (endpoint for endpoint in channel["Points"]["Endpoints"] if endpoint is not but)
    if any(other["Name"] == params["Name"] for other in others):
        raise wrong(call, "Name", f"The channel has an endpoint {params['Name']}.")
    if protocol == "CMAF" and channel["Protocol"] == "DASH":
        raise wrong(call, "Protocol", "CMAF is made of HLS only.")
    if params.get("DRMEnabled") and protocol != "CMAF":
        raise wrong(call, "DRMInfo", "Only CMAF is encrypted.")
    if params.get("DRMEnabled") and not (params.get("DRMInfo") or (but or {}).get("DRMInfo")):
        raise Refusal("MissingParameter", "DRMEnabled needs DRMInfo.")
    auth = params["AuthInfo"]
    for network in (*(auth.get("WhiteIpList") or ()), *(auth.get("BlackIpList") or ())):
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            raise wrong(call, "AuthInfo", f"{network} is no network.") from None


def _with_part(endpoint: Thing) -> str:
    """The endpoint's URL with its extra part behind the slash that it names."""
    scheme, _, rest = endpoint["url"].partition("://")
    host, *path = rest.split("/")
    if endpoint.get("CustomUrlParam"):
        path.insert(endpoint.get("CustomUrlParamIndex") or 0, endpoint["CustomUrlParam"])
    return f"{scheme}://{'/'.join((host, *path))}"
