using Exchange.Policy.Minimisation;

namespace Exchange.Policy.Tests.Minimisation;

public sealed class FieldActionTests
{
    private static readonly RecordShape Every = Compile();

    private static readonly FieldAction[] Actions =
    [
        new FieldAction.Keep(), new FieldAction.Drop(), new FieldAction.Mask(4, FromEnd: true), new FieldAction.Truncate(3), new FieldAction.GeneraliseTime(CalendarUnit.Month),
        new FieldAction.GeneraliseNumber(1000), new FieldAction.GeneraliseCode(3), new FieldAction.Pseudonymise(),
    ];

    /// <summary>The matrix, written out: a leaf of each type, and what fits beside keep and drop.</summary>
    public static TheoryData<string, string> Matrix => new()
    {
        { "a_string o_string r_string m_int32 one_string w_string m_wrapper inner.text m_string.text", "mask truncate prefix pseudonymise" },
        { "a_bytes o_bytes r_bytes m_int64 two_bytes w_bytes", "truncate pseudonymise" },
        { "a_int32 a_int64 a_uint32 a_uint64 a_sint32 a_sint64 a_fixed32 a_fixed64 a_sfixed32 a_sfixed64", "step" },
        { "o_int32 o_sint64 p_int32 p_sint64 u_int32 u_fixed32 m_bool m_fixed64 m_sfixed64 one_int32 w_int64 w_uint64 w_int32 w_uint32", "step" },
        { "timestamp timestamps m_timestamp one_timestamp", "time" },
        { "a_bool a_float a_double a_colour o_bool p_bool p_float p_double p_colour u_colour m_uint32 m_sint32 m_sint64", "" },
        { "duration empty nothing nothings w_double w_float w_bool w_doubles m_double_wrapper", "" },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public void An_action_fits_the_types_that_the_matrix_says(string paths, string fitting)
    {
        var expected = Actions.Where(action => action is FieldAction.Keep or FieldAction.Drop || fitting.Split(' ').Contains(Word(action))).ToList();
        foreach (var leaf in paths.Split(' ').Select(Leaf))
        {
            Actions.Where(action => action.Fits(leaf, out _)).ShouldBe(expected, leaf.Path);
        }
    }

    [Fact]
    public void What_does_not_fit_is_said_with_what_would()
    {
        new FieldAction.Mask(4, FromEnd: true).Fits(Leaf("timestamp"), out var misfit).ShouldBeFalse();
        misfit.ShouldBe("mask: { last: 4 } does not fit timestamp, which is a google.protobuf.Timestamp; keep, drop and generalise to day, month or year would");
        new FieldAction.GeneraliseTime(CalendarUnit.Day).Fits(Leaf("a_int64"), out misfit).ShouldBeFalse();
        misfit.ShouldBe("generalise: day does not fit a_int64, which is an int64; keep, drop and generalise to a step would");
        new FieldAction.GeneraliseNumber(10).Fits(Leaf("m_int32"), out misfit).ShouldBeFalse();
        misfit.ShouldBe("generalise: { step: 10 } does not fit m_int32, which is a map to string; keep, drop, mask, truncate, generalise to a prefix and pseudonymise would");
        new FieldAction.Truncate(1).Fits(Leaf("p_colour"), out misfit).ShouldBeFalse();
        misfit.ShouldBe("truncate: 1 does not fit p_colour, which is a list of enum exchange.tests.minimisation.Colour; keep and drop would");
        new FieldAction.Keep().Fits(Leaf("nothing"), out misfit).ShouldBeTrue();
        misfit.ShouldBeNull();
    }

    [Fact]
    public void Parameters_that_mean_nothing_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new FieldAction.Mask(-1, FromEnd: false));
        Should.Throw<ArgumentOutOfRangeException>(() => new FieldAction.Truncate(0));
        Should.Throw<ArgumentOutOfRangeException>(() => new FieldAction.GeneraliseNumber(1));
        Should.Throw<ArgumentOutOfRangeException>(() => new FieldAction.GeneraliseCode(0));
        Should.Throw<ArgumentOutOfRangeException>(() => new FieldAction.GeneraliseTime((CalendarUnit)4));
        Should.Throw<ArgumentOutOfRangeException>(() => new FieldAction.GeneraliseTime(default));
    }

    [Fact]
    public void A_plan_permits_what_is_not_dropped()
    {
        var plan = ReleasePlan.Compile(Every, Every.Leaves.Select(leaf => leaf.Path switch
        {
            "a_string" => new FieldAction.Pseudonymise(),
            "a_int32" => new FieldAction.Keep(),
            "a_int64" => new FieldAction.Drop(),
            _ => (FieldAction?)null,
        }));

        Every.Paths(plan.Permitted).ShouldBe(["a_int32", "a_string"]);
        Every.Paths(plan.Pseudonymised).ShouldBe(["a_string"]);
        plan.Actions[Leaf("a_double").Number].ShouldBe(new FieldAction.Drop());
    }

    [Fact]
    public void A_plan_is_not_made_of_actions_that_do_not_fit()
    {
        Should.Throw<ArgumentException>(() => ReleasePlan.Compile(Every, Every.Leaves.Select(_ => new FieldAction.Pseudonymise()))).Message.ShouldContain("a_bool");
        Should.Throw<ArgumentException>(() => ReleasePlan.Compile(Every, [new FieldAction.Keep()])).Message.ShouldContain("not 1");
    }

    [Fact]
    public void What_comes_once_adds_to_a_record_and_what_comes_often_multiplies_it()
    {
        Maximum("a_bool", new FieldAction.Keep()).ShouldBe(4000, "the shape's own growth: a field declared unpacked, with a tag of three bytes");
        Maximum("a_string", new FieldAction.Pseudonymise()).ShouldBe(4000 + 31 + 8);
        Maximum("r_string", new FieldAction.Pseudonymise()).ShouldBe(12_000);
        Maximum("p_sint64", new FieldAction.GeneraliseNumber(long.MaxValue)).ShouldBe(10_000);
        Maximum("u_sint64", new FieldAction.GeneraliseNumber(long.MaxValue)).ShouldBe(12_000);
    }

    private static int Maximum(string path, FieldAction action) =>
        ReleasePlan.Compile(Every, Every.Leaves.Select(leaf => leaf.Path == path ? action : null)).MaximumOutput(1000);

    private static string Word(FieldAction action) => action switch { FieldAction.GeneraliseTime => "time", FieldAction.GeneraliseNumber => "step", FieldAction.GeneraliseCode => "prefix", _ => action.Name };

    private static Leaf Leaf(string path) => Every.Leaves.Single(leaf => leaf.Path == path);

    private static RecordShape Compile()
    {
        RecordShape.TryCompile(EveryType.Descriptor, subjectPath: null, timePath: null, out var shape, out _).ShouldBeTrue();
        return shape!;
    }
}
