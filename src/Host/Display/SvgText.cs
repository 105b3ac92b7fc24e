using System.Globalization;
using System.Security;
using System.Text;

namespace ActorPipeline.Hosting.Display;

/// <summary>Writes the few SVG elements that pictures need.</summary>
internal sealed class SvgText
{
    private readonly StringBuilder _text = new();

    public SvgText(int width, int height, string title)
    {
        Raw($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif\" font-size=\"12\" fill=\"#333\">");
        Raw($"<title>{Escaped(title)}</title>");
        Rectangle(0, 0, width, height, "#ffffff");
    }

    public void Rectangle(double x, double y, double width, double height, string fill, string more = "") =>
        Raw($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{fill}\"{(more.Length > 0 ? " " + more : "")}/>");

    public void Line(double x1, double y1, double x2, double y2, string stroke, double width = 1, string more = "") =>
        Raw($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" stroke=\"{stroke}\" stroke-width=\"{N(width)}\"{(more.Length > 0 ? " " + more : "")}/>");

    public void Circle(double x, double y, double radius, string fill, string more = "") =>
        Raw($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" fill=\"{fill}\"{(more.Length > 0 ? " " + more : "")}/>");

    /// <param name="x">Where.</param>
    /// <param name="y">The base line.</param>
    /// <param name="text">What.</param>
    /// <param name="more">Attributes, such as text-anchor.</param>
    public void Text(double x, double y, string text, string more = "") =>
        Raw($"<text x=\"{N(x)}\" y=\"{N(y)}\"{(more.Length > 0 ? " " + more : "")}>{Escaped(text)}</text>");

    /// <param name="points">Corners; the path is closed where it is filled.</param>
    /// <param name="attributes">Fill, stroke, class.</param>
    /// <param name="close">Whether the last corner leads to the first.</param>
    public void Path(IEnumerable<(double X, double Y)> points, string attributes, bool close)
    {
        _text.Append("<path d=\"");
        var first = true;
        foreach (var (x, y) in points)
        {
            _text.Append(first ? 'M' : 'L').Append(N(x)).Append(' ').Append(N(y));
            first = false;
        }
        _text.Append(close ? "Z\" " : "\" ").Append(attributes).Append("/>\n");
    }

    /// <summary>The whole picture.</summary>
    public string End() => _text + "</svg>\n";

    private void Raw(string line) => _text.Append(line).Append('\n');

    private static string N(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    private static string Escaped(string text) => SecurityElement.Escape(new string([.. text.Where(c => c >= ' ' && !char.IsSurrogate(c) && c is not ('\uFFFE' or '\uFFFF'))]));
}
