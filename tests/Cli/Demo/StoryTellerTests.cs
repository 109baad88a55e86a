using Exchange.Cli.Demo.Story;

namespace Exchange.Cli.Tests.Demo;

public sealed class StoryTellerTests
{
    [Fact]
    public void A_sentence_stays_on_one_line_so_that_a_command_can_be_copied()
    {
        using var data = new StringWriter();
        var command = "exchange fetch " + string.Join(' ', Enumerable.Repeat("--field total", 60));

        new StoryTeller(new Output(data, TextWriter.Null, json: false)).Say(command);

        data.ToString().ShouldBe(command + Environment.NewLine);
    }

    [Fact]
    public void One_line_that_went_otherwise_spoils_the_story_and_what_members_write_is_no_markup()
    {
        using var data = new StringWriter();
        var teller = new StoryTeller(new Output(data, TextWriter.Null, json: false));

        teller.Tell(new StoryLine("tax service", "asks", "[bold]answered[/]", Entry: 3, AsTold: true));
        teller.EverythingWentAsTold.ShouldBeTrue();
        teller.Tell(new StoryLine("tax service", "asks", "it was answered", Entry: null, AsTold: false));
        teller.Tell(new StoryLine("tax service", "asks", "refused", Entry: 5, AsTold: true));
        teller.EndChapter();

        teller.EverythingWentAsTold.ShouldBeFalse();
        data.ToString().ShouldContain("[bold]answered[/]");
        data.ToString().ShouldContain("NO");
    }
}
