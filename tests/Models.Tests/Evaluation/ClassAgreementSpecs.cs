namespace ActorPipeline.Evaluation;

public sealed class ClassAgreementSpecs
{
    private static readonly Answer[] Model = [Given.Classes("a", 1, 2), Given.Classes("b", 2, 1), Given.Classes("c", 3), Given.Classes("d", 4)];

    [Fact]
    public void Should_compare_the_best_class_alone_when_both_answer()
    {
        var metric = new ClassAgreement(Model);
        Assert.Equal("agreement", metric.Name);
        Assert.Equal(100, metric.ScoreAll(Model));
        Assert.Equal(50, metric.ScoreAll([Given.Classes("a", 1, 9), Given.Classes("b", 1, 2), Given.Classes("c", 3), Given.Classes("d")]));
        Assert.Equal(25, metric.Score([Given.Classes("a", 1), Given.Classes("b", 1)], [0, 1, 1, 1]));
    }

    [Fact]
    public void Should_leave_out_a_picture_when_the_float_model_did_not_answer_it()
    {
        var metric = new ClassAgreement(Model);
        Assert.Equal(100, metric.ScoreAll([Given.Classes("a", 1), Given.Classes("unknown", 1)]));
        Assert.True(double.IsNaN(metric.ScoreAll([Given.Classes("unknown", 1)])));
    }
}
