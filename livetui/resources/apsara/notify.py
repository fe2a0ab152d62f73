"""Addresses that are told what happens: one of each kind for a domain (Notifications of the API)."""

from __future__ import annotations

from livetui.resources.apsara.parts import BY_DOMAIN, DOMAIN, OF_DOMAIN
from livetui.resources.model import Column, Edit, Look, Resource, Source, Verb
from livetui.resources.signs import gone


def notified(
    family: str,
    title: str,
    one: str,
    *,
    read: str,
    member: str,
    add: str,
    update: str,
    delete: str,
    told: str,
    columns: tuple[Column, ...] = (),
) -> Resource:
    """The addresses told of one kind of thing; a domain without one is not listed."""
    source = Source(read, each=BY_DOMAIN, items=member)
    return Resource(
        id=f"apsara_{family}_notify",
        title=title,
        one=one,
        service="apsara",
        key=("DomainName",),
        source=source,
        columns=(
            DOMAIN._replace(rank=0),
            Column("url", "TELLS", "NotifyUrl", "url", rank=0, widest=60),
            *columns,
        ),
        verbs=(
            Verb(
                "delete",
                "Delete",
                "D",
                delete,
                OF_DOMAIN,
                tier="type",
                look=(Look(read, OF_DOMAIN, show=f"{member}.DomainName", title="set now for"),),
                warns=f"Nobody is told of this domain's {told} from then on.",
                undo="set it again; what is missed meanwhile is not told later",
                signs=(gone(source, OF_DOMAIN, OF_DOMAIN),),
            ),
        ),
        create=add,
        create_params=OF_DOMAIN,
        edit=Edit(update, OF_DOMAIN, read=read, read_params=OF_DOMAIN, read_member=member),
        narrow=OF_DOMAIN,
        sort="domain",
        note=f"who is told of {told}; domains that the profile names and that tell nobody are not listed",
    )


RESOURCES = (
    notified(
        "stream",
        "notify",
        "stream notice",
        read="DescribeLiveStreamsNotifyUrlConfig",
        member="LiveStreamsNotifyConfig",
        add="SetLiveStreamsNotifyUrlConfig",
        update="SetLiveStreamsNotifyUrlConfig",
        delete="DeleteLiveStreamsNotifyUrlConfig",
        told="begins and ends",
    ),
)
