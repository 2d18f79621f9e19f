using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Onboarding;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Onboarding.Save;

/// <summary>Forms as they were sent: each with the version of the application it made and what it was answered.</summary>
internal static class SentForms
{
    /// <summary>What the same content was answered when it made this version; <c>null</c> when something else made it.</summary>
    public static async Task<ApplicationRecord?> AnswerOfAsync(
        NpgsqlConnection connection, Guid id, int version, byte[] contentMark, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select answer::text from application_form where application_id = $1 and version = $2 and content_mark = $3", connection);
        ApplicationRows.Add(command, NpgsqlDbType.Uuid, id);
        ApplicationRows.Add(command, NpgsqlDbType.Integer, version);
        ApplicationRows.Add(command, NpgsqlDbType.Bytea, contentMark);
        return await command.ExecuteScalarAsync(cancellationToken) is string answer
            ? JsonSerializer.Deserialize<ApplicationRecord>(answer, PlatformJson.Options)
            : null;
    }

    /// <summary>Makes or changes the application; false when another made it at the same time.</summary>
    public static async Task<bool> WriteAsync(
        NpgsqlConnection connection, bool isNew, ApplicationRecord record, ApplicationForm form, ApplicationMarks marks, DateTime now,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            isNew
                ? """
                  insert into merchant_application (application_id, state, version, form_at, kind, registered_name, branch_code, mcc, township,
                                                    licence_mark, holder_mark, account_mark, phone_mark, premises_mark, person_mark, made_at, changed_at)
                  values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
                  on conflict on constraint merchant_application_pk do nothing
                  """
                : """
                  update merchant_application
                  set state = $2, version = $3, form_at = $3, kind = $4, registered_name = $5, branch_code = $6, mcc = $7, township = $8,
                      licence_mark = $9, holder_mark = $10, account_mark = $11, phone_mark = $12, premises_mark = $13, person_mark = $14, changed_at = $15,
                      fixes = case when $2 = 'needsFix' then fixes else '[]' end, verified_mark = null
                  where application_id = $1
                  """,
            connection);
        ApplicationRows.Add(command, NpgsqlDbType.Uuid, record.ApplicationId);
        ApplicationRows.Add(command, NpgsqlDbType.Text, ApplicationStanding.Word(record.State));
        ApplicationRows.Add(command, NpgsqlDbType.Integer, record.Version);
        ApplicationRows.Add(command, NpgsqlDbType.Text, form.Kind is { } kind ? ApplicationStanding.Word(kind) : null);
        ApplicationRows.Add(command, NpgsqlDbType.Text, form.RegisteredName ?? "");
        ApplicationRows.Add(command, NpgsqlDbType.Text, form.BranchCode ?? "");
        ApplicationRows.Add(command, NpgsqlDbType.Text, form.Mcc ?? "");
        ApplicationRows.Add(command, NpgsqlDbType.Text, form.Premises?.Township ?? "");
        foreach (var mark in (byte[]?[])[marks.Licence, marks.Holder, marks.Account, marks.Phone, marks.Premises, marks.Person])
        {
            ApplicationRows.Add(command, NpgsqlDbType.Bytea, mark);
        }

        ApplicationRows.Add(command, NpgsqlDbType.TimestampTz, now);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public static async Task AppendAsync(
        NpgsqlConnection connection, ApplicationRecord record, byte[] sealedForm, byte[] contentMark, DateTime now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into application_form (application_id, version, form_version, form_sealed, content_mark, answer, at)
            values ($1, $2, $3, $4, $5, $6, $7)
            """,
            connection);
        ApplicationRows.Add(command, NpgsqlDbType.Uuid, record.ApplicationId);
        ApplicationRows.Add(command, NpgsqlDbType.Integer, record.Version);
        ApplicationRows.Add(command, NpgsqlDbType.Integer, record.FormVersion);
        ApplicationRows.Add(command, NpgsqlDbType.Bytea, sealedForm);
        ApplicationRows.Add(command, NpgsqlDbType.Bytea, contentMark);
        ApplicationRows.Add(command, NpgsqlDbType.Jsonb, ApplicationSeals.Json(record));
        ApplicationRows.Add(command, NpgsqlDbType.TimestampTz, now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
