"""What Telegram delivers, as our `Incoming`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from telegram import Chat, Message, MessageEntity, Update, User

from bot.channels.contract import Address, ChannelName, FileIn, Incoming, Sender, Unread

WANTED = ("message", "edited_message", "callback_query")
"""Kinds of update that we ask for."""
_TOPIC = "/"
"""Between the group and its topic in a chat's name."""
_UNREAD = "unread"
"""Beside the number of an update that the library cannot read: all of it."""
_UNNAMED = "tệp"
_PICTURE = "ảnh.jpg"
"""A file whose sender's application gave it no name."""

log = logging.getLogger(__name__)


def keep_readable(update: dict[str, Any]) -> dict[str, Any]:
    """The update as Telegram shapes it; its number, with the rest beside it, where the library cannot read it.

    What is not taken would come again for ever, and keep all that follow it from coming.
    """
    try:
        Update.de_json(update, None)
    except Exception as error:  # noqa: BLE001 - a moment beyond the calendar alone fails in three ways
        log.warning("an update could not be read: %s", type(error).__name__)
        return {"update_id": update.get("update_id", 0), _UNREAD: update}
    return update


def read_update(update: Update, us: User, now: datetime) -> Incoming | None:
    """What a person did; None where nobody did anything that we answer.

    Stickers, voices, places and other things that we cannot read come as an `Incoming`
    with nothing in it, so that the conversation can say so. Not answered: channels,
    other programs, who joined or left.

    Args:
        us: our own account, by which mentions and replies are known.
        now: when a button was pressed, which Telegram does not tell, or the moment cannot be read.
    """
    if _UNREAD in update.api_kwargs:
        return _read_damaged(update, now)
    if update.callback_query:
        return _read_press(update, now)
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot or _is_notice(message):
        return None
    text, payload = _command(_without_mention(_typed(message), us), us)
    return Incoming(
        update=str(update.update_id),
        address=_address(message.chat, message),
        sender=_sender(message.from_user),
        at=message.date,
        text=text,
        file=_file(message),
        picture=_picture(message),
        group=_is_group(message.chat),
        addressed=not _is_group(message.chat) or _is_for(message, us),
        payload=payload,
        edited=update.message is None,
        replied=_replied(message, us),
        unread=_unread(message),
        phone=_own_phone(message),
    )


def _read_damaged(update: Update, now: datetime) -> Incoming | None:
    """Which person wrote what, in a private chat, where no more can be read."""
    match update.api_kwargs[_UNREAD].get("message"):
        case {
            "chat": {"id": int(chat), "type": Chat.PRIVATE},
            "from": {"id": int(who), "is_bot": False},
            "text": str(text),
        }:
            address, sender = Address(ChannelName.TELEGRAM, str(chat)), Sender(ChannelName.TELEGRAM, str(who))
            return Incoming(str(update.update_id), address, sender, now, text, damaged=True)
    return None


def _replied(message: Message, us: User) -> str | None:
    """Data of the first button under our own message that this one replies to."""
    ours = message.reply_to_message
    if ours is None or ours.from_user is None or ours.from_user.id != us.id or ours.reply_markup is None:
        return None
    buttons = (button for row in ours.reply_markup.inline_keyboard for button in row)
    return next((button.callback_data for button in buttons if isinstance(button.callback_data, str)), None)


def chat_and_topic(address: Address) -> tuple[int, int | None]:
    """Telegram's ids of the chat and of the topic in it.

    Raises:
        ValueError: the address is not one of Telegram's.
    """
    chat, _, topic = address.chat.partition(_TOPIC)
    return int(chat), int(topic) if topic else None


def _read_press(update: Update, now: datetime) -> Incoming | None:
    query = update.callback_query
    if query is None or query.message is None or query.data is None:
        return None
    message = query.message
    return Incoming(
        update=str(update.update_id),
        address=_address(message.chat, message if isinstance(message, Message) else None),
        sender=_sender(query.from_user),
        at=now,
        pressed=query.data,
        pressed_on=str(message.message_id),
        group=_is_group(message.chat),
    )


def _address(chat: Chat, message: Message | None) -> Address:
    topic = message.message_thread_id if message and message.is_topic_message else None
    return Address(ChannelName.TELEGRAM, f"{chat.id}{_TOPIC}{topic}" if topic else str(chat.id))


def _sender(user: User) -> Sender:
    return Sender(ChannelName.TELEGRAM, str(user.id), user.full_name)


def _is_group(chat: Chat) -> bool:
    return chat.type in {Chat.GROUP, Chat.SUPERGROUP}


def _is_notice(message: Message) -> bool:
    """Telegram tells what happened in the chat: nobody wrote."""
    return bool(
        message.new_chat_members
        or message.left_chat_member
        or message.pinned_message
        or message.new_chat_title
        or message.new_chat_photo
        or message.delete_chat_photo
        or message.group_chat_created
        or message.supergroup_chat_created
        or message.migrate_to_chat_id
        or message.migrate_from_chat_id
        or message.message_auto_delete_timer_changed
        or message.forum_topic_created
        or message.forum_topic_edited
        or message.forum_topic_closed
        or message.forum_topic_reopened
        or message.video_chat_started
        or message.video_chat_ended
        or message.video_chat_scheduled
        or message.video_chat_participants_invited
        or message.boost_added
        or message.write_access_allowed
    )


def _typed(message: Message) -> str:
    return message.text or message.caption or ""


def _file(message: Message) -> FileIn | None:
    paper = message.document
    # An animation comes as a document, too, for the sake of old applications.
    if paper is None or message.animation:
        return None
    return FileIn(paper.file_id, paper.file_name or _UNNAMED, paper.file_size)


def _unread(message: Message) -> Unread | None:
    if message.voice or message.audio:
        return Unread.VOICE
    if message.photo or message.video or message.animation or message.video_note:
        return Unread.PICTURE
    if message.sticker:
        return Unread.STICKER
    if message.location or message.venue:
        return Unread.PLACE
    if message.contact:
        return None if _own_phone(message) else Unread.CONTACT
    return None if message.text or message.document else Unread.OTHER


def _own_phone(message: Message) -> str:
    """The number of a contact that the sender shares of themselves.

    Telegram tells whose account a number is; only the sender's own counts, in a private chat, and not passed on: what
    was shared once may be another's number by now.
    """
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None or contact.user_id != sender.id or message.forward_origin is not None:
        return ""
    return "" if _is_group(message.chat) else contact.phone_number


def _picture(message: Message) -> FileIn | None:
    """The photograph, in its largest size."""
    if not message.photo:
        return None
    largest = max(message.photo, key=lambda size: size.width * size.height)
    return FileIn(largest.file_id, _PICTURE, largest.file_size)


def _entities(message: Message) -> Sequence[MessageEntity]:
    return message.entities or message.caption_entities


def _is_for(message: Message, us: User) -> bool:
    """In a group: a reply to us, a mention of us, or a command that is not another's."""
    answered = message.reply_to_message
    if answered and answered.from_user and answered.from_user.id == us.id:
        return True
    typed = _typed(message)
    if typed.startswith("/"):
        name = typed.split(maxsplit=1)[0].partition("@")[2]
        return not name or name.lower() == (us.username or "").lower()
    return any(_mentions(message, entity, us) for entity in _entities(message))


def _mentions(message: Message, entity: MessageEntity, us: User) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == us.id
    if entity.type != MessageEntity.MENTION:
        return False
    words = message.parse_entity(entity) if message.text else message.parse_caption_entity(entity)
    return words.lower() == f"@{us.username}".lower()


def _without_mention(text: str, us: User) -> str:
    """`text` without our name at either end: the question is what is left."""
    name = f"@{us.username}".lower()
    words = text.strip()
    if words.lower().startswith(name) and not words[len(name) : len(name) + 1].isalnum():
        words = words[len(name) :].lstrip(" ,:")
    if words.lower().endswith(" " + name):
        words = words[: -len(name)].rstrip(" ,:")
    return words


def _command(text: str, us: User) -> tuple[str, str | None]:
    """Text with `/name@us` as `/name`; the payload of a start, taken off it."""
    if not text.startswith("/"):
        return text, None
    name, *rest = text.split(maxsplit=1)
    command, _, whose = name.partition("@")
    if whose and whose.lower() != (us.username or "").lower():
        return text, None
    if command == "/start" and rest:
        return command, rest[0].strip()
    return " ".join([command, *rest]), None
