# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What messages on orders may hold, in XML and in flat files.

https://developer-docs.amazon.com/sp-api/docs/order-feed-type-values
"""

from __future__ import annotations

from deploy.simulator.xml_shapes import Part, Shape, Text, maybe, one, some

ORDER_ID = Text(r"\d{3}-\d{7}-\d{7}")
# Amazon's schemas say 14 digits, its own examples and orders have 15.
ITEM_CODE = Text(r"\d{14,20}")
OWN_ID = Text(longest=50)
NUMBER = Text(r"0*[1-9]\d{0,19}")
QUANTITY = Text(r"0*[1-9]\d{0,8}")
MOMENT = Text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
DATE = Text(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?")
AMOUNT_PATTERN = r"\d{1,18}(\.\d{1,2})?"
AMOUNT = Text(AMOUNT_PATTERN, attributes={"currency": "[A-Z]{3}"})
CANCEL_REASON = Text(
    choices=(
        "NoInventory",
        "ShippingAddressUndeliverable",
        "CustomerExchange",
        "BuyerCanceled",
        "GeneralAdjustment",
        "CarrierCreditDecision",
        "RiskAssessmentInformationNotValid",
        "CarrierCoverageFailure",
        "CustomerReturn",
        "MerchandiseNotReceived",
        "CannotVerifyInformation",
        "PricingError",
        "RejectOrder",
        "WeatherDelay",
    )
)
ADJUSTMENT_REASON = Text(
    choices=(
        "NoInventory",
        "CustomerReturn",
        "GeneralAdjustment",
        "CouldNotShip",
        "DifferentItem",
        "Abandoned",
        "CustomerCancel",
        "PriceError",
        "ProductOutofStock",
        "CustomerAddressIncorrect",
        "Exchange",
        "Other",
        "CarrierCreditDecision",
        "RiskAssessmentInformationNotValid",
        "CarrierCoverageFailure",
        "TransactionRecord",
        "Undeliverable",
        "RefusedDelivery",
    )
)
COMPONENT = Text(
    choices=(
        "Principal",
        "Shipping",
        "Tax",
        "ShippingTax",
        "RestockingFee",
        "RestockingFeeTax",
        "GiftWrap",
        "GiftWrapTax",
        "Surcharge",
        "ReturnShipping",
        "Goodwill",
        "ExportCharge",
        "COD",
        "CODTax",
        "Other",
        "FreeReplacementReturnShipping",
    )
)
# The carriers that every marketplace has, and some of the many of recent years.
CARRIERS = """
USPS; UPS; UPSMI; FedEx; DHL; Fastway; GLS; GO!; Hermes Logistik Gruppe; Royal Mail;
Parcelforce; City Link; TNT; Target; SagawaExpress; NipponExpress; YamatoTransport;
DHL Global Mail; UPS Mail Innovations; FedEx SmartPost; OSM; OnTrac; Streamlite;
Newgistics; Canada Post; Blue Package; Chronopost; Deutsche Post; DPD; La Poste;
Parcelnet; Poste Italiane; SDA; Smartmail; FEDEX_JP; JP_EXPRESS; NITTSU; SAGAWA;
YAMATO; BlueDart; AFL/Fedex; Aramex; India Post; Professional; DTDC;
Overnite Express; First Flight; Delhivery; Lasership; Yodel; Other; Amazon Shipping;
Seur; Correos; MRW; Nacex; BRT; DHL Express; DHL eCommerce; InPost; PostNord; PostNL;
Colissimo; Mondial Relay; Swiss post
"""
CARRIER = Text(choices=tuple(" ".join(name.split()) for name in CARRIERS.split(";")))
CASH = maybe("CODCollectionMethod", Text(choices=("DirectPayment",)))

ENVELOPE: Shape = (
    one(
        "Header",
        (
            one("DocumentVersion", Text(r"\d{1,2}\.\d{1,2}")),
            one("MerchantIdentifier", OWN_ID),
        ),
    ),
    one("MessageType", Text()),
    maybe("PurgeAndReplace", Text("true|false|0|1")),
    maybe("EffectiveDate", MOMENT),
    some("Message", None, least=1),
)
MESSAGE_ID = Text(r"(?=\d{1,20}$)0*[1-9]\d*")
_ORDER = Part({"AmazonOrderID": ORDER_ID, "MerchantOrderID": OWN_ID})
_ITEM = Part({"AmazonOrderItemCode": ITEM_CODE, "MerchantOrderItemID": OWN_ID})

ACKNOWLEDGEMENT: Shape = (
    one("AmazonOrderID", ORDER_ID),
    maybe("MerchantOrderID", OWN_ID),
    one("StatusCode", Text(choices=("Success", "Failure"))),
    some(
        "Item",
        (
            one("AmazonOrderItemCode", ITEM_CODE),
            maybe("MerchantOrderItemID", OWN_ID),
            maybe("CancelReason", CANCEL_REASON),
            maybe("Quantity", QUANTITY),
        ),
    ),
)
FULFILLMENT: Shape = (
    _ORDER,
    maybe("MerchantFulfillmentID", NUMBER),
    one("FulfillmentDate", MOMENT),
    maybe(
        "FulfillmentData",
        (
            maybe("CarrierCode", CARRIER),
            maybe("CarrierName", Text()),
            maybe("ShippingMethod", Text()),
            maybe("ShipperTrackingNumber", Text()),
        ),
    ),
    CASH,
    some(
        "Item",
        (
            _ITEM,
            maybe("MerchantFulfillmentItemID", NUMBER),
            maybe("Quantity", QUANTITY),
            some("TransparencyCode", Text(), most=10),
        ),
    ),
    maybe("ShipFromAddress", None),
)


def _components(types: Text) -> Part:
    return some("Component", (one("Type", types), one("Amount", AMOUNT)), least=1)


ADJUSTMENT: Shape = (
    _ORDER,
    maybe("ActionType", Text(choices=("Refund", "Cancel"))),
    CASH,
    some(
        "AdjustedItem",
        (
            _ITEM,
            maybe("MerchantAdjustmentItemID", OWN_ID),
            one("AdjustmentReason", ADJUSTMENT_REASON),
            maybe("ItemPriceAdjustments", (_components(COMPONENT),)),
            some(
                "PromotionAdjustments",
                (
                    maybe("PromotionClaimCode", Text()),
                    maybe("MerchantPromotionID", Text()),
                    _components(Text(choices=("Principal", "Shipping"))),
                ),
            ),
            maybe("DirectPaymentAdjustments", None),
            maybe("QuantityCancelled", QUANTITY),
            maybe("Quantity", QUANTITY),
        ),
        least=1,
    ),
)


def message_of(name: str, payload: Shape) -> Shape:
    """Return the shape of a message whose payload has a name and a shape."""
    return (
        one("MessageID", MESSAGE_ID),
        maybe("OperationType", Text(choices=("Update", "Delete", "PartialUpdate"))),
        one(name, payload),
    )


# === FLAT FILES === #

_MONEY = Text(AMOUNT_PATTERN)
# For each flat file: the columns that it needs, and those that it may have.
Columns = tuple[dict[str, Text], dict[str, Text]]
FLAT_ACKNOWLEDGEMENT: Columns = (
    {"order-id": ORDER_ID, "cancellation-reason-code": CANCEL_REASON},
    {"amazon-order-item-code": ITEM_CODE},
)
FLAT_FULFILLMENT: Columns = (
    {"order-id": ORDER_ID, "ship-date": DATE},
    {
        "order-item-id": ITEM_CODE,
        "quantity": QUANTITY,
        "carrier-code": CARRIER,
        "carrier-name": Text(),
        "tracking-number": Text(),
        "ship-method": Text(),
        "ship_from_supply_source_id": Text(),
    },
)
FLAT_ADJUSTMENT: Columns = (
    {
        "order-id": ORDER_ID,
        "order-item-id": ITEM_CODE,
        "adjustment-reason-code": ADJUSTMENT_REASON,
        "currency": Text("[A-Z]{3}"),
    },
    {
        "item-price-adj": _MONEY,
        "item-tax-adj": _MONEY,
        "shipping-price-adj": _MONEY,
        "shipping-tax-adj": _MONEY,
        "gift-wrap-price-adj": _MONEY,
        "gift-wrap-tax-adj": _MONEY,
        "item-promotion-adj": _MONEY,
        "item-promotion-id": Text(),
        "ship-promotion-adj": _MONEY,
        "ship-promotion-id": Text(),
        "quantity-cancelled": QUANTITY,
    },
)
