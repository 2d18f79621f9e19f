using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Platform.PersonalData;

/// <summary>
/// Seals account numbers, ID numbers and phones before they reach the database, and makes keyed digests of them for equality.
/// Every use has its own subkey, derived from the one master key, so no digest tells anything about another use's.
/// Thread-safe. A sealed text is: key id (2 bytes), random nonce (12), cipher text, tag (16).
/// </summary>
public sealed class PersonalDataProtector : IDisposable
{
    public const int MarkBytes = 32;
    private const int KeyIdBytes = 2;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int OverheadBytes = KeyIdBytes + NonceBytes + TagBytes;

    private readonly byte[] _sealKey;
    private readonly byte[] _markKey;

    // AesGcm holds native state that one thread at a time may use; making one costs more than sealing a short text.
    private readonly ThreadLocal<AesGcm> _cipher;

    public PersonalDataProtector(PersonalDataKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        KeyId = key.Id;
        Key = key;
        _sealKey = key.Subkey("seal");
        _markKey = key.Subkey("mark");
        CheckValue = HMACSHA256.HashData(key.Subkey("check"), "acquiring"u8);
        _cipher = new(() => new AesGcm(_sealKey, TagBytes), trackAllValues: true);
    }

    /// <summary>Which master key seals; written in front of each sealed text, so that a later key can stand beside it.</summary>
    public short KeyId { get; }

    internal PersonalDataKey Key { get; }

    /// <summary>Tells two keys apart without telling anything of them; kept in <c>personal_data_key</c>.</summary>
    public byte[] CheckValue { get; }

    /// <summary>Never gives the same bytes twice; compare with <see cref="Mark"/>.</summary>
    public byte[] Seal(string text)
    {
        Span<byte> plain = stackalloc byte[256];
        plain = Encoding.UTF8.GetMaxByteCount(text.Length) <= plain.Length ? plain : new byte[Encoding.UTF8.GetByteCount(text)];
        plain = plain[..Encoding.UTF8.GetBytes(text, plain)];

        var sealedText = SealBytes(plain);
        CryptographicOperations.ZeroMemory(plain);
        return sealedText;
    }

    /// <inheritdoc cref="Seal"/>
    public byte[] SealBytes(ReadOnlySpan<byte> plain)
    {
        var sealedText = new byte[OverheadBytes + plain.Length];
        var keyId = sealedText.AsSpan(0, KeyIdBytes);
        var nonce = sealedText.AsSpan(KeyIdBytes, NonceBytes);
        BinaryPrimitives.WriteInt16BigEndian(keyId, KeyId);
        RandomNumberGenerator.Fill(nonce);
        _cipher.Value!.Encrypt(
            nonce, plain, sealedText.AsSpan(KeyIdBytes + NonceBytes, plain.Length), sealedText.AsSpan(sealedText.Length - TagBytes), keyId);
        return sealedText;
    }

    /// <summary>The text again. Throws <see cref="RefusedException"/> for bytes of another key or bytes that were altered.</summary>
    public string Open(ReadOnlySpan<byte> sealedText) => Encoding.UTF8.GetString(OpenBytes(sealedText));

    /// <inheritdoc cref="Open"/>
    public byte[] OpenBytes(ReadOnlySpan<byte> sealedText)
    {
        if (sealedText.Length < OverheadBytes
            || BinaryPrimitives.ReadInt16BigEndian(sealedText) != KeyId)
        {
            throw new RefusedException(PersonalDataRefusals.CannotOpen());
        }

        var plain = new byte[sealedText.Length - OverheadBytes];
        try
        {
            _cipher.Value!.Decrypt(
                sealedText.Slice(KeyIdBytes, NonceBytes),
                sealedText[(KeyIdBytes + NonceBytes)..^TagBytes],
                sealedText[^TagBytes..],
                plain,
                sealedText[..KeyIdBytes]);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new RefusedException(PersonalDataRefusals.CannotOpen(), e);
        }

        return plain;
    }

    /// <summary>
    /// A keyed digest for equality: the same purpose and text give the same <see cref="MarkBytes"/> bytes under one key. The purpose
    /// ("account", "credit-code") keeps equal texts of two purposes apart.
    /// </summary>
    public byte[] Mark(string purpose, string text)
    {
        // The zero byte divides: no purpose contains it, so no two pairs run together into the same bytes.
        var message = Encoding.UTF8.GetBytes($"{purpose}\0{text}");
        var mark = HMACSHA256.HashData(_markKey, message);
        CryptographicOperations.ZeroMemory(message);
        return mark;
    }

    public void Dispose()
    {
        foreach (var cipher in _cipher.Values)
        {
            cipher.Dispose();
        }

        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_sealKey);
        CryptographicOperations.ZeroMemory(_markKey);
    }
}
