//! How something went from day to day: lines drawn by `plotters` as SVG, which the style sheet's policy lets stand because
//! it has no styles of its own; the sentence above and the table below say the same in words.

use askama::Template;
use plotters::backend::SVGBackend;
use plotters::chart::ChartBuilder;
use plotters::drawing::IntoDrawingArea as _;
use plotters::element::DashedPathElement;
use plotters::series::LineSeries;
use plotters::style::{Color as _, RGBColor, ShapeStyle};

/// Width and height of the drawing, in its own units.
const SIZE: (u32, u32) = (720, 240);
/// Lines are told apart by colour and by dashes: length of a dash and of a gap, 0 for a solid line.
const STYLES: [(RGBColor, u32, u32); 3] =
    [(RGBColor(9, 88, 217), 0, 0), (RGBColor(30, 110, 50), 8, 4), (RGBColor(168, 7, 26), 2, 4)];

/// One line: its name, and a number for each day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What is counted.
    pub label: String,
    /// One for each day.
    pub counts: Vec<u64>,
}

struct Legend<'a> {
    label: &'a str,
    colour: String,
    dashes: String,
}

/// See the module.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/trend.html")]
pub struct Trend {
    /// What it shows.
    pub caption: String,
    /// What it comes to, in a sentence.
    pub summary: String,
    /// The head of the column of days.
    pub day: String,
    /// The button that opens the table; none where the page has it anyway.
    pub as_table: Option<String>,
    /// The days in order.
    pub days: Vec<String>,
    /// At most three lines.
    pub lines: Vec<Line>,
}

impl Trend {
    /// The drawing; empty if it cannot be drawn, since the table says the same.
    fn drawing(&self) -> String {
        let mut svg = String::new();
        if self.draw(&mut svg).is_err() {
            svg.clear();
        }
        svg
    }

    fn draw(&self, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
        let last = i32::try_from(self.days.len())?.saturating_sub(1).max(1);
        let most = self.lines.iter().flat_map(|line| &line.counts).max().copied().unwrap_or_default();
        let top = i64::try_from(most)?.max(4);
        let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(8)
            .margin_right(24)
            .x_label_area_size(24)
            .y_label_area_size(56)
            .build_cartesian_2d(0..last, 0..top)?;
        let day = |at: &i32| {
            let at = usize::try_from(*at).unwrap_or_default();
            self.days.get(at).and_then(|day| day.get(5..)).unwrap_or_default().to_owned()
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(8)
            .y_labels(5)
            .x_label_formatter(&day)
            .label_style(("sans-serif", 13))
            .draw()?;
        for (line, (colour, dash, gap)) in self.lines.iter().zip(STYLES) {
            let points: Vec<(i32, i64)> = (0..)
                .zip(&line.counts)
                .map(|(at, count)| (at, i64::try_from(*count).unwrap_or(top)))
                .collect();
            let style: ShapeStyle = colour.stroke_width(2);
            if dash == 0 {
                chart.draw_series(LineSeries::new(points, style))?;
            } else {
                chart.draw_series(std::iter::once(DashedPathElement::new(points, dash, gap, style)))?;
            }
        }
        area.present()?;
        Ok(())
    }

    fn legend(&self) -> impl Iterator<Item = Legend<'_>> {
        self.lines.iter().zip(STYLES).map(|(line, (RGBColor(red, green, blue), dash, gap))| Legend {
            label: &line.label,
            colour: format!("#{red:02x}{green:02x}{blue:02x}"),
            dashes: if dash == 0 { "none".to_owned() } else { format!("{dash} {gap}") },
        })
    }

    fn rows(&self) -> impl Iterator<Item = (&str, Vec<u64>)> {
        self.days.iter().enumerate().map(|(at, day)| {
            let counts = self.lines.iter().map(|line| line.counts.get(at).copied().unwrap_or_default());
            (day.as_str(), counts.collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend(counts: &[u64]) -> Trend {
        let days = (1..=counts.len()).map(|day| format!("2026-03-{day:02}")).collect();
        let line = |label: &str| Line { label: label.to_owned(), counts: counts.to_vec() };
        Trend {
            caption: "c".to_owned(),
            summary: "s".to_owned(),
            day: "d".to_owned(),
            as_table: Some("t".to_owned()),
            days,
            lines: vec![line("one"), line("two"), line("three")],
        }
    }

    #[test]
    fn three_lines_are_drawn_without_styles_and_told_apart_without_colour() {
        let page = trend(&(0..30).collect::<Vec<_>>()).render().unwrap();
        assert_eq!(page.matches("<svg").count(), 4, "the drawing and three samples");
        assert!(!page.contains("style="), "{page}");
        assert!(page.contains("stroke-dasharray=\"8 4\"") && page.contains("03-15"));
        assert_eq!(page.matches("<tr>").count(), 31);
    }

    #[test]
    fn no_day_and_no_count_are_no_harm() {
        assert!(trend(&[]).render().is_ok());
        assert!(trend(&[0]).drawing().contains("<svg"));
        assert!(trend(&[u64::MAX]).render().is_ok());
    }
}
