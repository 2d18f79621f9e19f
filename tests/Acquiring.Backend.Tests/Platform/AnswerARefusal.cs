using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Acquiring.Backend.Tests.Platform;

public sealed class AnswerARefusal
{
    [Theory]
    [InlineData(RefusalKind.Invalid, 400)]
    [InlineData(RefusalKind.NotFound, 404)]
    [InlineData(RefusalKind.Conflict, 409)]
    [InlineData(RefusalKind.TooLarge, 413)]
    [InlineData(RefusalKind.Rule, 422)]
    [InlineData(RefusalKind.Unavailable, 503)]
    public async Task Each_kind_has_its_status(RefusalKind kind, int status)
    {
        var context = NewContext();
        var document = await AnswerAsync(context, ProblemResults.Of(Refusal.Of(kind, "page.limit", new Detail("limit", "0"), new Detail("max", "500"))));
        context.Response.StatusCode.ShouldBe(status);
        context.Response.ContentType.ShouldBe("application/problem+json");
        ((int)document["status"]!).ShouldBe(status);
        ((string)document["type"]!).ShouldBe("/problems/page.limit");
        ((string)document["code"]!).ShouldBe("page.limit");
        ((string)document["details"]!["limit"]!).ShouldBe("0");
        context.Response.Headers.RetryAfter.ToString().ShouldBe(kind == RefusalKind.Unavailable ? "5" : "");
    }

    [Theory]
    [InlineData("", "", "The cursor is not one")]
    [InlineData("", "zh-CN,zh;q=0.9,en;q=0.8", "cursor 不是本列表")]
    [InlineData("", "en;q=0.5,zh-Hans;q=0.6", "cursor 不是本列表")]
    [InlineData("", "fr,en;q=0.5,zh;q=0.1", "The cursor is not one")]
    [InlineData("", "zh;q=0,en", "The cursor is not one")]
    [InlineData("?lang=zh", "en", "cursor 不是本列表")]
    [InlineData("?lang=en", "zh-CN", "The cursor is not one")]
    public async Task The_text_is_in_the_language_asked_for(string query, string acceptLanguage, string begin)
    {
        var context = NewContext();
        context.Request.QueryString = new QueryString(query);
        context.Request.Headers.AcceptLanguage = acceptLanguage;
        var document = await AnswerAsync(context, ProblemResults.Of(Cursor.Bad()));
        ((string)document["detail"]!).ShouldStartWith(begin);
        ((string)document["code"]!).ShouldBe("page.bad-cursor");
    }

    [Fact]
    public async Task A_report_rides_along_as_an_extension()
    {
        var document = await AnswerAsync(NewContext(), ProblemResults.Of(Cursor.Bad(), ("report", new { RowsBad = 3 })));
        ((int)document["report"]!["rowsBad"]!).ShouldBe(3);
    }

    [Fact]
    public async Task A_bug_tells_nothing_of_its_inside()
    {
        var (status, document) = await FailAsync(new InvalidOperationException("secret 6222020000000000000"));
        status.ShouldBe(500);
        ((string)document["code"]!).ShouldBe("platform.bug");
        document.ToJsonString().ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_refusal_thrown_is_a_refusal_answered()
    {
        var (status, document) = await FailAsync(new RefusedException(Cursor.Bad()));
        status.ShouldBe(400);
        ((string)document["code"]!).ShouldBe("page.bad-cursor");
    }

    [Theory]
    [InlineData("57P03", 503)] // cannot_connect_now
    [InlineData("57P01", 503)] // admin_shutdown
    [InlineData("40001", 503)] // serialization_failure
    [InlineData("53300", 503)] // too_many_connections
    [InlineData("23505", 500)] // unique_violation that nobody expected: a bug
    [InlineData("42601", 500)] // syntax_error: a bug
    public async Task An_outage_of_the_database_is_told_from_a_bug(string sqlState, int expected)
    {
        var (status, _) = await FailAsync(new PostgresException("m", "ERROR", "ERROR", sqlState));
        status.ShouldBe(expected);
    }

    [Fact]
    public async Task A_broken_connection_and_a_time_out_are_outages()
    {
        (await FailAsync(new NpgsqlException("broken", new IOException()))).Status.ShouldBe(503);
        (await FailAsync(new TimeoutException())).Status.ShouldBe(503);
    }

    [Theory]
    [InlineData("Failed to bind parameter \"DateOnly from\" from \"20x\".", "request.bad-parameter", "from", "20x")]
    [InlineData("Required parameter \"DateOnly to\" was not provided from query string.", "request.missing", "to", null)]
    public async Task A_parameter_that_cannot_be_read_is_named(string message, string code, string parameter, string? value)
    {
        var (status, document) = await FailAsync(new BadHttpRequestException(message));
        status.ShouldBe(400);
        ((string)document["code"]!).ShouldBe(code);
        ((string)document["details"]!["parameter"]!).ShouldBe(parameter);
        ((string?)document["details"]!["value"]).ShouldBe(value);
    }

    private static DefaultHttpContext NewContext() => new()
    {
        RequestServices = new ServiceCollection().AddSingleton(new TextCatalog(typeof(ProblemResults).Assembly)).BuildServiceProvider(),
        Response = { Body = new MemoryStream() },
    };

    private static async Task<(int Status, JsonObject Document)> FailAsync(Exception exception)
    {
        var context = NewContext();
        (await new FailureHandler(NullLogger<FailureHandler>.Instance).TryHandleAsync(context, exception, CancellationToken.None)).ShouldBeTrue();
        return (context.Response.StatusCode, Read(context));
    }

    private static async Task<JsonObject> AnswerAsync(HttpContext context, IResult result)
    {
        await result.ExecuteAsync(context);
        return Read(context);
    }

    private static JsonObject Read(HttpContext context)
    {
        context.Response.Body.Position = 0;
        return JsonNode.Parse(context.Response.Body)!.AsObject();
    }
}
