using System.Security.Cryptography;
using System.Text;

namespace Acquiring.Backend.Platform.Migrations;

/// <summary>One numbered step of the schema, and the check that fails on a database without it.</summary>
/// <param name="Number">1 and upward, without gaps.</param>
/// <param name="Name">The words after the number in the file name.</param>
public sealed record Migration(int Number, string Name, string Sql, string Check)
{
    /// <summary>SHA-256 of the migration's text in lower-case hex, the same whatever line ends a checkout has. The check may be improved later.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(Sql.Replace("\r\n", "\n", StringComparison.Ordinal))));
}
