"""What the tests ask of a picture that is shown."""

import base64
import io

from PIL import Image


def picture_size(html):
    """The pixels of the image in a piece of HTML."""
    return Image.open(io.BytesIO(base64.b64decode(html.split("base64,")[1].split('"')[0]))).size
