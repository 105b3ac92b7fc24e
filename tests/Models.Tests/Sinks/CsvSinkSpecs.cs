using System.Globalization;
using ActorPipeline.Events;

namespace ActorPipeline.Sinks;

public sealed class CsvSinkSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_write_a_row_for_each_object_when_frames_come()
    {
        var culture = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NegativeSign) = (",", "~");
        CultureInfo.CurrentCulture = other;
        try
        {
            Assert.Equal(
                "frame,ms,name,object,left,top,right,bottom,class,score,label,label_score,track,reused,predicted\r\n"
                + "0,0,,0,1,-2.1,300.3,400,person,0.9123,\"T-shirt \"\"x\"\" é <b> | round\",0.5 | 1,12345678901,true,false\r\n"
                + "4,111600000,,0,0,0,1,1,car,1,,,,,\r\n",
                Written(GivenReports.OfEveryKind));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("a\rb", "\"a\rb\"")]
    [InlineData("=1+1", "=1+1")]
    [InlineData(" ä ", " ä ")]
    public void Should_quote_a_value_when_it_would_break_its_row(string label, string expected)
    {
        var report = GivenReports.Empty(1) with { Name = label, Objects = [new ObjectReport(new(0, 0, 1, 1), label, 1, [new LabelReport(label, 0.25f)])] };

        Assert.EndsWith($"\r\n1,40,{expected},0,0,0,1,1,{expected},1,{expected},0.25,,,\r\n", Written([report]));
    }

    [Fact]
    public void Should_have_the_columns_names_when_there_was_no_object() =>
        Assert.Equal(FrameCsv.Header, Written([GivenReports.Empty(0)]));

    private string Written(IEnumerable<FrameReport> reports)
    {
        using (var sink = FrameSinks.Create(new SinkDescription("csv", _folder.File("objects.csv"))))
        {
            Assert.False(sink.DrawsPixels);
            sink.Open(GivenReports.Context);
            foreach (var report in reports) sink.Write(report, null);
            sink.Complete();
        }
        return File.ReadAllText(_folder.File("objects.csv"));
    }
}
