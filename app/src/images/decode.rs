//! From the bytes of a file, or a `data:` URL, to pixels, within limits.

use std::io::Cursor;

use data_url::DataUrl;
use egui::ColorImage;
use resvg::{tiny_skia, usvg};

use super::{EMBEDDED, MAX_FILE_BYTES};

/// Pixels that a picture may have on a side.
const MAX_SIDE_PX: u32 = 8_192;
/// Bytes that decoding may take.
const MAX_DECODE_BYTES: u64 = 128 * 1024 * 1024;
/// Pixels that an SVG is drawn with on its longer side at the most.
const MAX_SVG_SIDE_PX: f32 = 2_048.0;

/// Decodes a picture within the limits.
///
/// # Errors
/// Words for the person, when it is no picture, is damaged or is too large.
pub(super) fn decode(uri: &str, bytes: &[u8]) -> Result<ColorImage, String> {
    if uri.starts_with(EMBEDDED) {
        return decode_embedded(bytes);
    }
    let path = std::path::Path::new(uri);
    let is_svg = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("svg"));
    if is_svg {
        decode_svg(bytes)
    } else {
        decode_raster(bytes)
    }
}

/// A picture that is written as a `data:` URL.
fn decode_embedded(url: &[u8]) -> Result<ColorImage, String> {
    // Four letters for three bytes, or three for one.
    if url.len() as u64 > MAX_FILE_BYTES * 4 / 3 {
        let most = MAX_FILE_BYTES / (1024 * 1024);
        return Err(format!("The picture is larger than {most} MB"));
    }
    let damaged = "What is written in place of the picture is damaged";
    let url = std::str::from_utf8(url).map_err(|_| damaged)?;
    let url = DataUrl::process(url).map_err(|error| format!("{damaged} ({error})"))?;
    let (bytes, _) = url
        .decode_to_vec()
        .map_err(|error| format!("{damaged} ({error})"))?;
    match (
        url.mime_type().type_.as_str(),
        url.mime_type().subtype.as_str(),
    ) {
        ("image", "svg+xml") => decode_svg(&bytes),
        ("image", _) => decode_raster(&bytes),
        (kind, of) => Err(format!(
            "What is written there is no picture, but {kind}/{of}"
        )),
    }
}

fn decode_raster(bytes: &[u8]) -> Result<ColorImage, String> {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    let mut reader = image::ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| format!("The picture cannot be read ({error})"))?;
    reader.limits(limits);
    let image = reader.decode().map_err(|error| match error {
        image::ImageError::Limits(_) => {
            format!("The picture is too large, at most {MAX_SIDE_PX} pixels a side are shown")
        }
        error => format!("The picture cannot be read ({error})"),
    })?;
    let image = image.into_rgba8();
    let size = [image.width() as usize, image.height() as usize];
    Ok(ColorImage::from_rgba_unmultiplied(
        size,
        image.as_flat_samples().as_slice(),
    ))
}

fn decode_svg(bytes: &[u8]) -> Result<ColorImage, String> {
    let mut options = usvg::Options::default();
    options.image_href_resolver.resolve_string = Box::new(|_, _| None);
    options.image_href_resolver.resolve_data = Box::new(|_, _, _| None);
    let fonts = options.fontdb_mut();
    fonts.load_font_data(crate::fonts::INTER_REGULAR.to_vec());
    fonts.set_sans_serif_family("Inter");
    fonts.set_serif_family("Inter");
    "Inter".clone_into(&mut options.font_family);
    let tree = usvg::Tree::from_data(bytes, &options)
        .map_err(|error| format!("The picture cannot be read ({error})"))?;
    let size = tree.size();
    let longer = size.width().max(size.height());
    // Twice its size for sharp lines on dense screens, within the limit.
    let scale = (MAX_SVG_SIDE_PX / longer).min(2.0);
    let (width, height) = (
        (size.width() * scale).ceil(),
        (size.height() * scale).ceil(),
    );
    let mut pixmap = tiny_skia::Pixmap::new(width.max(1.0) as u32, height.max(1.0) as u32)
        .ok_or("The picture has no size that can be drawn")?;
    resvg::render(
        &tree,
        tiny_skia::Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    let pixels = [pixmap.width() as usize, pixmap.height() as usize];
    let mut image = ColorImage::from_rgba_premultiplied(pixels, pixmap.data());
    image.source_size =
        egui::vec2(size.width(), size.height()).min(egui::Vec2::splat(MAX_SVG_SIDE_PX));
    Ok(image)
}

#[cfg(test)]
mod tests {
    use super::super::embedded_uri;
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::DynamicImage::new_luma8(width, height)
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("a picture in memory");
        bytes.into_inner()
    }

    #[test]
    fn pictures_within_the_limits_are_decoded() {
        let image = decode("postil://0/a.png", &png(3, 2)).expect("a picture");
        assert_eq!(image.size, [3, 2]);
    }

    #[test]
    fn pictures_in_the_text_itself_are_decoded_or_say_what_is_wrong() {
        let decode = |url: &str| decode(&embedded_uri(url), url.as_bytes());
        let dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        let image = decode(&format!("data:image/png;base64,{dot}")).expect("a picture");
        assert_eq!(image.size, [1, 1]);
        let gif = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
        assert_eq!(decode(gif).expect("a picture").size, [1, 1]);
        let svg =
            "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='4' height='2'/%3E";
        assert_eq!(decode(svg).expect("a picture").size, [8, 4]);
        for (url, why) in [
            ("data:image/png;base64,%%%", "damaged"),
            ("data:image/png;base64,iVBORw0KGgo=", "cannot be read"),
            ("data:image/png", "comma"),
            ("data:text/html,<b>", "no picture, but text/html"),
        ] {
            let said = decode(url).expect_err(url);
            assert!(said.contains(why), "{url}: {said}");
        }
        let long = "A".repeat(15_000_000);
        let said = decode(&format!("data:image/png;base64,{long}")).expect_err("too large");
        assert!(said.contains("larger than 10 MB"), "{said}");
    }

    #[test]
    fn a_picture_that_is_too_large_is_refused() {
        let why = decode("postil://0/a.png", &png(MAX_SIDE_PX + 1, 1)).expect_err("too large");
        assert!(why.contains("too large"), "{why}");
    }

    #[test]
    fn damaged_pictures_are_refused() {
        let mut bytes = png(30, 20);
        bytes.truncate(40);
        assert!(decode("postil://0/a.png", &bytes).is_err());
        assert!(decode("postil://0/a.png", b"no picture").is_err());
        assert!(decode("postil://0/a.svg", b"<svg").is_err());
    }

    #[test]
    fn an_svg_reads_no_other_file_and_its_size_is_bounded() {
        let dir = tempfile::tempdir().expect("a folder");
        let other = dir.path().join("red.png");
        let red = image::RgbaImage::from_pixel(4, 4, image::Rgba([255, 0, 0, 255]));
        red.save(&other).expect("a picture on disk");
        let svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"
                xmlns:xlink="http://www.w3.org/1999/xlink">
                <image width="8" height="8" href="{}"/></svg>"#,
            other.display(),
        );
        let image = decode("postil://0/a.svg", svg.as_bytes()).expect("an empty picture");
        assert!(image.pixels.iter().all(|pixel| pixel.a() == 0));

        let huge = r#"<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9"/>"#;
        let image = decode("postil://0/a.svg", huge.as_bytes()).expect("a bounded picture");
        assert!(image.size[0] <= MAX_SVG_SIDE_PX as usize);
    }
}
