using ActorPipeline.Hosting.Configuration;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class HoconFaultSpecs
{
    [Theory]
    [InlineData("a = 1 }", "1:7: surplus '}': it closes nothing")]
    [InlineData("a = 1 ]", "1:7: surplus ']': it closes nothing")]
    [InlineData("a { b = 1", "1:3: this '{' is never closed: a '}' is missing here or further in")]
    [InlineData("a = [1, 2", "1:5: this '[' is not closed before the end of the text at 1:10")]
    [InlineData("a { b = [1, 2 }", "1:9: this '[' is not closed before '}' at 1:15")]
    [InlineData("a { b = [1, 2\n c = 3 }", "1:9: this '[' is not closed before 'c' at 2:2")]
    [InlineData("a = [ { b = 1 ]", "1:15: ']' does not match the '{' at 1:7")]
    [InlineData("a = [ 1 } ]", "1:9: surplus '}': it closes nothing")]
    [InlineData("a = \"x", "1:5: this string is not closed before its line ends")]
    [InlineData("a = \"\"\"x\n", "1:5: this \"\"\" string is never closed")]
    [InlineData("a = \"\\q\"", "1:6: bad escape \\q: known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX; a backslash itself is \\\\")]
    [InlineData("a = \"\\u12g4\"", "1:6: bad escape: \\u needs four hexadecimal digits")]
    [InlineData("rubbish", "1:1: the key 'rubbish' has no value: expected '=', ':' or '{' behind it, found the end of the text")]
    [InlineData("this is rubbish", "1:1: the key 'this' has no value: expected '=', ':' or '{' behind it, found 'is'")]
    [InlineData("= 1", "1:1: expected a key, found '='")]
    [InlineData("[1, 2]", "1:1: expected a key, found '['")]
    [InlineData("a =", "1:1: 'a' has no value")]
    [InlineData("a = \nb = 1", "1:1: 'a' has no value")]
    [InlineData("a = 1 b = 2", "1:9: unexpected '=': a value ends at a comma or with its line, and text with '=' in it needs quotes")]
    [InlineData("a = rtsp://camera/1", "1:9: unexpected ':': a value ends at a comma or with its line, and text with ':' in it needs quotes")]
    [InlineData("a..b = 1", "1:1: a key has an empty part: look at its dots")]
    [InlineData("a = @@@", "1:5: '@' cannot stand outside quotes")]
    [InlineData("a = $x", "1:5: '$' cannot stand outside quotes")]
    [InlineData("a = \u0001", "1:5: the character U+0001 cannot stand outside quotes")]
    [InlineData("a = ${b", "1:5: this '${' is not closed by '}' on its line")]
    [InlineData("a = ${b c}", "1:5: 'b c' is neither a key nor a variable's name")]
    [InlineData("a = ${}", "1:5: '' is neither a key nor a variable's name")]
    [InlineData("a += 1", "1:3: '+=' is not supported: write the whole list")]
    [InlineData("include \"other.conf\"", "1:1: include is not supported: write everything into one file")]
    [InlineData("include required(file(\"x\"))", "1:1: include is not supported: write everything into one file")]
    [InlineData("a = 1,, b = 2", "1:7: unexpected ',': no key and value stand before it")]
    [InlineData("a = [1,,2]", "1:8: unexpected ',': no item stands before it")]
    [InlineData("a = 1 { b = 2 }", "1:7: an object and text cannot be one value")]
    [InlineData("a = 1 [2]", "1:7: a list and text cannot be one value")]
    public void Should_say_where_and_what_is_wrong_when_a_text_is_faulty(string text, string expected) =>
        Assert.Equal([expected], Given.Hocon(text).Faults);

    [Fact]
    public void Should_report_every_fault_when_there_are_several()
    {
        var (tree, faults) = Given.Hocon("""
            a = "open
            rubbish here
            b = 1
            c = @
            d { e = 2 ] }
            }
            f = 3
            """);

        Assert.Equal(["1:5", "2:1", "4:5", "5:11", "6:1"], faults.Select(fault => fault[..fault.IndexOf(": ", StringComparison.Ordinal)]).Order());
        Assert.Equal(("1", "2", "3"), (tree.Text("b"), tree.Text("d.e"), tree.Text("f")));
        Assert.IsType<HoconInvalid>(tree.At("a"));
    }

    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("{", 100_000)]
    [InlineData("a{", 100_000)]
    [InlineData("a=[", 100_000)]
    [InlineData("a.", 100_000)]
    [InlineData("a=${a", 100_000)]
    [InlineData("${", 100_000)]
    [InlineData("\"", 100_001)]
    [InlineData("]", 100_000)]
    [InlineData("=\n", 100_000)]
    [InlineData("a=[{", 100_000)]
    [InlineData("a\n", 100_000)]
    public void Should_end_with_faults_when_one_thing_is_repeated_without_end(string piece, int times) =>
        Assert.NotEmpty(Given.Hocon(string.Concat(Enumerable.Repeat(piece, times))).Faults);

    [Fact]
    public void Should_read_64_levels_and_refuse_65_when_objects_nest()
    {
        static string Nested(int levels) => string.Concat(Enumerable.Repeat("a{", levels - 1)) + "a=1" + new string('}', levels - 1);

        Assert.Empty(Given.Hocon(Nested(64)).Faults);
        Assert.Contains("nested deeper than 64 levels", Assert.Single(Given.Hocon(Nested(65)).Faults));
    }

    [Fact]
    public void Should_refuse_a_text_when_it_is_longer_than_the_bound() =>
        Assert.Equal(["1:1: a configuration has at most 1048576 characters, this one has 1048577"], Given.Hocon(new string(' ', (1 << 20) + 1)).Faults);
}
