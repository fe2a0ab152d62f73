"""Certificates and the domains they are bound to."""

from datetime import timedelta

import pytest
from customer import START, Customer

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def css() -> Customer:
    return Customer()


def cloud_id(css: Customer, name: str) -> str:
    return next(c.cloud_id for c in css.account.certificates.all.values() if c.name == name)


def bindings(css: Customer, **params) -> dict[str, dict]:
    return {
        row["DomainName"]: row
        for row in css("DescribeLiveDomainCertBindings", **params)["LiveDomainCertBindings"]
    }


def test_one_certificate_ends_in_six_days_and_one_is_bound_twice(css: Customer) -> None:
    certificates = css("DescribeLiveCerts")["CertInfoSet"]
    # Beijing time in spite of the Z.
    assert "2026-03-07T20:00:00Z" in [c["CertExpireTime"] for c in certificates]
    assert ["play.campus.example", "play.stadium.example"] in [c["DomainList"] for c in certificates]
    one = certificates[0]
    assert css("DescribeLiveCert", CertId=one["CertId"])["CertInfo"] == one
    css.refused("ResourceNotFound.CrtDomainNotFound", "DescribeLiveCert", CertId=1)


def test_bindings_are_searched_ordered_and_cut(css: Customer) -> None:
    rows = css("DescribeLiveDomainCertBindings", OrderBy="ExpireTimeAsc")["LiveDomainCertBindings"]
    ends = [row["CertExpireTime"] for row in rows]
    assert ends == sorted(ends)
    assert ends[0] == "2026-03-07 20:00:00"
    assert list(bindings(css, DomainSearch="stad")) == ["play.stadium.example"]
    assert list(bindings(css, DomainName="play.stadium.example")) == ["play.stadium.example"]
    part = css("DescribeLiveDomainCertBindings", Offset=1, Length=2)
    assert [len(part["LiveDomainCertBindings"]), part["TotalNum"]] == [2, 4]


def test_a_domain_tells_its_certificate(css: Customer) -> None:
    info = css("DescribeLiveDomainCert", DomainName="play.stadium.example")["DomainCertInfo"]
    assert info["CertDomains"] == ["play.stadium.example", "play.campus.example"]
    assert (info["CertType"], info["Status"]) == (1, 1)
    css.refused(
        "ResourceNotFound.CrtDomainNotFound", "DescribeLiveDomainCert", DomainName="push.stadium.example"
    )


def test_binding_replaces_and_keeps_https_where_asked(css: Customer) -> None:
    reply = css(
        "ModifyLiveDomainCertBindings",
        DomainInfos=[{"DomainName": "play.harbor.example", "Status": -1}],
        CloudCertId=cloud_id(css, "harbor-renewed"),
    )
    assert reply == {"MismatchedDomainNames": [], "Errors": []}
    row = bindings(css)["play.harbor.example"]
    assert (row["CertificateAlias"], row["Status"]) == ("harbor-renewed", 1)
    assert row["UpdateTime"] == "2026-03-01 20:00:00"


def test_domains_fail_one_by_one(css: Customer) -> None:
    reply = css(
        "ModifyLiveDomainCertBindings",
        DomainInfos=[
            {"DomainName": "play.harbor.example", "Status": 1},
            {"DomainName": "play.stadium.example", "Status": 1},
            {"DomainName": "push.harbor.example", "Status": 1},
        ],
        CloudCertId=cloud_id(css, "harbor-renewed"),
    )
    assert reply["MismatchedDomainNames"] == ["play.stadium.example"]
    assert [(e["DomainName"], e["Code"]) for e in reply["Errors"]] == [
        ("play.stadium.example", "InvalidParameter.CrtDomainNotFound"),
        ("push.harbor.example", "ResourceNotFound.DomainNotExist"),
    ]
    assert bindings(css)["play.stadium.example"]["CertificateAlias"] == "events"


def test_an_uploaded_pair_becomes_a_hosted_certificate(css: Customer) -> None:
    wanted = [{"DomainName": "play.campus.example", "Status": 1}]
    css(
        "ModifyLiveDomainCertBindings",
        DomainInfos=wanted,
        CertificatePublicKey=PEM,
        CertificatePrivateKey=KEY,
        CertificateAlias="own",
    )
    row = bindings(css)["play.campus.example"]
    assert (row["CertificateAlias"], row["CertType"], row["Status"]) == ("own", 1, 1)
    assert row["CloudCertId"]
    refused = {
        "InvalidParameter.CrtDateNotLegal": {"CertificatePublicKey": "no", "CertificatePrivateKey": KEY},
        "InvalidParameter.CrtKeyNotMatch": {"CertificatePublicKey": PEM, "CertificatePrivateKey": "no"},
        "InvalidParameter.CrtOrKeyNotExist": {"CertificatePublicKey": PEM, "CertificatePrivateKey": ""},
        "InvalidParameter.CloudCrtIdError": {"CloudCertId": "nothing"},
    }
    for code, params in refused.items():
        css.refused(code, "ModifyLiveDomainCertBindings", DomainInfos=wanted, **params)


def test_without_a_certificate_only_https_changes_and_an_own_one_is_uploaded(css: Customer) -> None:
    assert bindings(css)["play.market.example"]["CertType"] == 0
    css("ModifyLiveDomainCertBindings", DomainInfos=[{"DomainName": "play.market.example", "Status": 0}])
    row = bindings(css)["play.market.example"]
    assert (row["Status"], row["CertType"]) == (0, 1)
    css("UnBindLiveDomainCert", DomainName="play.market.example")
    reply = css(
        "ModifyLiveDomainCertBindings", DomainInfos=[{"DomainName": "play.market.example", "Status": 1}]
    )
    assert [e["Code"] for e in reply["Errors"]] == ["ResourceNotFound.CrtDomainNotFound"]


def test_an_expired_certificate_is_refused(css: Customer) -> None:
    css.clock.advance(timedelta(days=7).total_seconds())
    css.refused(
        "InvalidParameter.CrtDateOverdue",
        "ModifyLiveDomainCertBindings",
        DomainInfos=[{"DomainName": "play.harbor.example", "Status": 1}],
        CloudCertId=cloud_id(css, "harbor-2025"),
    )


def test_canary_and_formal_certificates_are_unbound_apart(css: Customer) -> None:
    css("UnBindLiveDomainCert", DomainName="play.harbor.example", Type="gray")
    assert "play.harbor.example" in bindings(css)
    css.refused("InvalidParameter", "UnBindLiveDomainCert", DomainName="play.harbor.example", Type="gray")
    css("UnBindLiveDomainCert", DomainName="play.harbor.example")
    assert "play.harbor.example" not in bindings(css)
    css.refused("InvalidParameter", "UnBindLiveDomainCert", DomainName="play.harbor.example")


def test_a_deleted_domain_loses_its_binding(css: Customer) -> None:
    css("DeleteLiveDomain", DomainName="play.market.example", DomainType=1)
    assert "play.market.example" not in bindings(css)


def test_the_renewed_one_is_there_and_good_for_a_year() -> None:
    css = Customer()
    renewed = next(c for c in css.account.certificates.all.values() if c.name == "harbor-renewed")
    assert renewed.expires - START > timedelta(days=360)
    assert renewed.text not in repr(renewed)
