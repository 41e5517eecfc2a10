"""The platform's words: what is asked for by name, and the books of what is answered.

Source:
    the TOP notes, sections 4.2, 4.3 and A.2.
    Not stated there:
    - whether the list takes `cs_status`, `end_time`, `attribute` in `fields`.  They are asked for,
      and may be absent;
    - who must act after EXCHANGE_TRANSFORM_TO_REFUND and while an appeal is open (cs_status 11).
      Taken as the merchant, so that nobody overlooks it.
"""

from __future__ import annotations

import re

from gongdan import Category, Status, Who

# Without `type` the platform shows two of these and hides the others.
TYPES = (
    "fixed,auction,guarantee_trade,step,independent_simple_trade,independent_shop_trade,"
    "auto_delivery,ec,cod,game_equipment,shopex_trade,netcn_trade,external_trade,instant_trade,"
    "b2c_cod,hotel_trade,super_market_trade,super_market_cod_trade,taohua,waimai,o2o_offlinetrade,"
    "nopaid,eticket,tmall_i18n,insurance_plus,finance,pre_auth_type"
)
# Without a field in `fields` the platform leaves it out.
ROW_FIELDS = (
    "refund_id,tid,oid,title,buyer_nick,seller_nick,total_fee,status,created,refund_fee,"
    "good_status,company_name,sid,payment,reason,desc,has_good_return,modified,order_status,"
    "refund_phase,dispute_type,end_time,cs_status,refund_version,attribute,buyer_open_uid,ouid,"
    "sku,outer_id,num,operation_contraint"
)
DETAIL_FIELDS = (
    f"{ROW_FIELDS},advance_status,good_return_time,num_iid,price,shipping_type,"
    "refund_remind_timeout,combine_item_info"
)
MESSAGE_FIELDS = (
    "id,refund_id,refund_phase,owner_id,owner_nick,owner_open_uid,owner_role,content,pic_urls,"
    "created,message_type"
)
STATUSES = {
    "WAIT_SELLER_AGREE": Status.PENDING,
    "WAIT_BUYER_RETURN_GOODS": Status.WAITING_BUYER,
    "WAIT_SELLER_CONFIRM_GOODS": Status.PENDING,
    "SELLER_REFUSE_BUYER": Status.WAITING_BUYER,
    "CLOSED": Status.CLOSED,
    "SUCCESS": Status.CLOSED,
    "WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS": Status.WAITING_BUYER,
    "EXCHANGE_TRANSFORM_TO_REFUND": Status.PENDING,
    "WAIT_SELLER_CONSIGN_GOODS": Status.PENDING,
    "WAIT_SELLER_CONSIGN_GOOGDS": Status.PENDING,  # sic: the platform spells it both ways
}
STATUS_TEXTS = {
    "WAIT_SELLER_AGREE": "买家已经申请退款，等待卖家同意",
    "WAIT_BUYER_RETURN_GOODS": "卖家已经同意退款，等待买家退货",
    "WAIT_SELLER_CONFIRM_GOODS": "买家已经退货，等待卖家确认收货",
    "SELLER_REFUSE_BUYER": "卖家拒绝退款",
    "CLOSED": "退款关闭",
    "SUCCESS": "退款成功",
    "WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS": "卖家已发出换货，等待买家确认收货",
    "EXCHANGE_TRANSFORM_TO_REFUND": "换货转为退款",
    "WAIT_SELLER_CONSIGN_GOODS": "等待卖家发货",
    "WAIT_SELLER_CONSIGN_GOOGDS": "等待卖家发货",
}
# cs_status, of an open refund: how far 小二 have come into it decides who must act.
STEPPED_IN = {
    "2": Status.WAITING_PLATFORM,
    "3": Status.WAITING_PLATFORM,
    "4": Status.WAITING_PLATFORM,
    "5": Status.WAITING_PLATFORM,
    "10": Status.PENDING,
    "11": Status.PENDING,
}
CS_TEXTS = {
    "2": "需要客服介入",
    "3": "客服已经介入",
    "4": "客服初审完成",
    "5": "客服主管复审失败",
    "6": "客服处理完成",
    "7": "维权撤销",
    "8": "支持买家",
    "9": "支持卖家",
    "10": "举证中",
    "11": "开放申诉",
}
KINDS = {
    "REFUND": ("仅退款", Category.PAYMENT),
    "REFUND_AND_RETURN": ("退货退款", Category.RETURN),
    "TMALL_EXCHANGE": ("天猫换货", Category.RETURN),
    "TAOBAO_EXCHANGE": ("淘宝换货", Category.RETURN),
    "REPAIR": ("维修", Category.RETURN),
    "RESHIPPING": ("补寄", Category.RETURN),
    "OTHERS": ("其他", Category.OTHER),
}
# Of an order, as a case of its own: shipped is done.
ORDER_STATUSES = {
    "TRADE_NO_CREATE_PAY": ("没有创建支付宝交易", Status.WAITING_BUYER),
    "WAIT_BUYER_PAY": ("等待买家付款", Status.WAITING_BUYER),
    "WAIT_SELLER_SEND_GOODS": ("等待卖家发货", Status.PENDING),
    "WAIT_BUYER_CONFIRM_GOODS": ("卖家已发货，等待买家确认收货", Status.CLOSED),
    "TRADE_BUYER_SIGNED": ("买家已签收", Status.CLOSED),
    "TRADE_FINISHED": ("交易成功", Status.CLOSED),
    "TRADE_CLOSED": ("交易关闭", Status.CLOSED),
    "TRADE_CLOSED_BY_TAOBAO": ("交易被平台关闭", Status.CLOSED),
}
# Words that are shown or decide nothing: a new one is noted, and changes nothing else.
BOOKS = {
    "cs_status": frozenset(map(str, range(1, 12))),
    "advance_status": frozenset(map(str, range(6))),
    "good_status": frozenset(("BUYER_NOT_RECEIVED", "BUYER_RECEIVED", "BUYER_RETURNED_GOODS")),
    "refund_phase": frozenset(("onsale", "aftersale")),
    "dispute_type": frozenset(KINDS),
    "operation_contraint": frozenset(("cannot_refuse", "refund_onweb", "null")),
    "order_status": frozenset(ORDER_STATUSES),
}
ROLES = {"1": Who.BUYER, "2": Who.MERCHANT, "3": Who.PLATFORM}

# Exchanges have books of their own: numbers, where refunds have words, and other numbers for roles.
EXCHANGE_FIELDS = (
    "dispute_id,bizorder_id,biz_order_id,num,buyer_nick,seller_nick,status,created,modified,reason,"
    "title,buyer_logistic_no,seller_logistic_no,buyer_logistic_name,seller_logistic_name,"
    "bought_sku,exchange_sku,price,good_status,time_out,buyer_open_uid,attributes"
)
EXCHANGE_DETAIL_FIELDS = (
    f"{EXCHANGE_FIELDS},desc,cs_status,advance_status,refund_version,refund_phase,"
    "operation_contraint,address"
)
EXCHANGE_MESSAGE_FIELDS = (
    "id,refund_id,owner_id,owner_nick,owner_role,content,pic_urls,created,message_type"
)
EXCHANGE_STATUSES = {
    "1": ("换货待处理", Status.PENDING),
    "2": ("待买家退货", Status.WAITING_BUYER),
    "3": ("买家已退货，待收货", Status.PENDING),
    "4": ("换货关闭", Status.CLOSED),
    "5": ("换货成功", Status.CLOSED),
    "6": ("待买家修改", Status.WAITING_BUYER),
    "12": ("待发出换货商品", Status.PENDING),
    "13": ("待买家收货", Status.WAITING_BUYER),
    "14": ("请退款", Status.PENDING),
}
EXCHANGE_NUMBERS = {
    word: number for number, (text, _) in EXCHANGE_STATUSES.items() for word in (number, text)
}
EXCHANGE_ROLES = {
    "1": Who.MERCHANT,
    "2": Who.MERCHANT,
    "3": Who.PLATFORM,
    "4": Who.BUYER,
    "5": Who.SYSTEM,
    "6": Who.SYSTEM,
}

# Tasks.
TASK_FIELDS = (
    "id,receiver_uid,receiver_nick,sender_uid,sender_nick,finish_flag,status,sub_status,"
    "finish_strategy,gmt_create,gmt_modified,gmt_finished,gmt_create_long,gmt_modified_long,"
    "gmt_finished_long,biz_type,sub_biz_type,biz_id,tag,memo,remind_flag,remind_time,biz_nick,"
    "priority,metadata_id,biz_type_str,comment_count,is_deleted,content,attachments,parent_task_id,"
    "open_buyer_uid,meta"
)
TASK_STATUSES = {
    "0": ("未执行", Status.PENDING),
    "1": ("执行中", Status.PENDING),
    "2": ("执行完成", Status.CLOSED),
    "3": ("超时", Status.PENDING),
    "4": ("取消", Status.CLOSED),
    "5": ("忽略", Status.CLOSED),
    "6": ("已转发", Status.CLOSED),
}
URGED = re.compile(r"(?<![a-z0-9])lg(?![a-z0-9])", re.I)
