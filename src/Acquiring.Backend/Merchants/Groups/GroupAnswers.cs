namespace Acquiring.Backend.Merchants.Groups;

/// <summary>What holds the members of a group together.</summary>
public enum MerchantGroupKind
{
    /// <summary>A head office with its shops.</summary>
    Chain = 1,

    /// <summary>A market with its traders.</summary>
    Market,

    /// <summary>A list that somebody made.</summary>
    Named,
}

/// <param name="Code">1 to 40 letters, digits, dots, hyphens or underscores; never changes.</param>
/// <param name="Name">1 to 200 characters.</param>
public sealed record CreateMerchantGroupRequest(string? Code, MerchantGroupKind Kind, string? Name);

/// <inheritdoc cref="CreateMerchantGroupRequest"/>
public sealed record ChangeMerchantGroupRequest(MerchantGroupKind Kind, string? Name);

/// <param name="From">The first date it belongs to the group; left out is today.</param>
public sealed record AddGroupMemberRequest(string? MerchantNo, DateOnly? From);

/// <param name="On">The first date it no longer belongs; left out is today. Its first date or before: it never belonged.</param>
/// <param name="Why">1 to 500 characters.</param>
public sealed record RemoveGroupMemberRequest(DateOnly? On, string? Why);

/// <param name="Version">Also the ETag; each change of the group or its members makes the next.</param>
public sealed record MerchantGroupAnswer(string Code, MerchantGroupKind Kind, string Name, int Version);

/// <param name="To">The first date it no longer belongs; <c>null</c> while no end is known.</param>
public sealed record GroupMemberAnswer(string MerchantNo, string Name, DateOnly From, DateOnly? To, string AddedBy);

/// <param name="To">As in the list of members.</param>
public sealed record GroupOfMerchantAnswer(string Code, MerchantGroupKind Kind, string Name, DateOnly From, DateOnly? To);
