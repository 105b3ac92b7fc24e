using System.Globalization;
using System.Text;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>Writes a tree as plain HOCON that Akka's parser reads without loss: everything quoted, nothing to substitute.</summary>
internal static class HoconRenderer
{
    /// <summary><c>key { ... }</c>, ending with a line end.</summary>
    public static string Render(string key, HoconObject node)
    {
        var text = new StringBuilder(key).Append(' ');
        Write(text, node, 1);
        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, HoconNode node, int depth)
    {
        switch (node)
        {
            case HoconObject child:
                text.Append("{\n");
                foreach (var (key, field) in child.Fields)
                {
                    text.Append(' ', depth * 2).Append(Quote(key)).Append(field.Value is HoconObject ? " " : " = ");
                    Write(text, field.Value, depth + 1);
                    text.Append('\n');
                }

                text.Append(' ', (depth - 1) * 2).Append('}');
                break;
            case HoconArray list:
                text.Append('[');
                for (var i = 0; i < list.Items.Count; i++)
                {
                    if (i > 0) text.Append(", ");
                    Write(text, list.Items[i], depth + 1);
                }

                text.Append(']');
                break;
            case HoconScalar { IsNull: true }:
                text.Append("null");
                break;
            case HoconScalar scalar:
                text.Append(Quote(scalar.Text));
                break;
        }
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
