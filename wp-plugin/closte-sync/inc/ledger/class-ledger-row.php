<?php
/**
 * One domain in the ledger.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;


/**
 * A ledger row as a value: what is wanted of a domain, and how far it has come. Times are Unix seconds, 0 is never.
 */
final class Ledger_Row {

	/**
	 * @param string                                      $domain          A-label form, or as it was given where the extension refuses it.
	 * @param int                                         $blog_id         The site that has it; 0: none.
	 * @param int                                         $next_check_at   When a run looks at it again.
	 * @param int                                         $revision        Counts the changes of what is wanted.
	 * @param string                                      $lease_owner     Who works on it, until `lease_until`; '': nobody.
	 * @param bool                                        $doubtful        Something was about to change what is wanted and may have been killed: ask before the next step.
	 * @param int                                         $accepted_at     When Closte accepted it.
	 * @param string                                      $error_kind      Of the last call: config, invalid-domain, auth, rejected, transient, protocol; '': none.
	 * @param string                                      $dns_state       A \Closte\DnsState value, or ''.
	 * @param string                                      $certificate_state A \Closte\CertificateState value, or ''.
	 * @param list<array{code: string, message: string}>  $problems        What keeps it from done, worst first.
	 */
	public function __construct(
		public readonly int $id,
		public readonly string $domain,
		public readonly int $blog_id,
		public readonly string $source,
		public readonly Wanted $wanted,
		public readonly Stage $stage,
		public readonly int $stage_since,
		public readonly int $attempts,
		public readonly int $next_check_at,
		public readonly int $revision,
		public readonly string $lease_owner,
		public readonly int $lease_until,
		public readonly bool $doubtful,
		public readonly int $accepted_at,
		public readonly int $last_added_at,
		public readonly bool $may_have_landed,
		public readonly string $error_kind,
		public readonly string $error_reason,
		public readonly string $error_message,
		public readonly int $retry_after,
		public readonly string $dns_state,
		public readonly int $dns_checked_at,
		public readonly string $certificate_state,
		public readonly int $certificate_not_after,
		public readonly string $certificate_issuer,
		public readonly int $certificate_checked_at,
		public readonly array $problems,
		public readonly int $created_at,
		public readonly int $updated_at,
	) {}

	/**
	 * @param array<string, mixed> $row As the database gives it.
	 */
	public static function from_database( array $row ): self {
		$problems = json_decode( (string) ( $row['problems'] ?? '' ), true );

		return new self(
			(int) $row['id'],
			(string) $row['domain'],
			(int) $row['blog_id'],
			(string) $row['source'],
			Wanted::tryFrom( (string) $row['wanted'] ) ?? Wanted::Present,
			Stage::tryFrom( (string) $row['stage'] ) ?? Stage::Pending,
			(int) $row['stage_since'],
			(int) $row['attempts'],
			(int) $row['next_check_at'],
			(int) $row['revision'],
			(string) $row['lease_owner'],
			(int) $row['lease_until'],
			(bool) (int) $row['doubtful'],
			(int) $row['accepted_at'],
			(int) $row['last_added_at'],
			(bool) (int) $row['may_have_landed'],
			(string) $row['error_kind'],
			(string) $row['error_reason'],
			(string) $row['error_message'],
			(int) $row['retry_after'],
			(string) $row['dns_state'],
			(int) $row['dns_checked_at'],
			(string) $row['certificate_state'],
			(int) $row['certificate_not_after'],
			(string) $row['certificate_issuer'],
			(int) $row['certificate_checked_at'],
			is_array( $problems ) ? array_values( array_filter( $problems, 'is_array' ) ) : array(),
			(int) $row['created_at'],
			(int) $row['updated_at'],
		);
	}

	/**
	 * All columns by name: strings and ints only, but for `problems`. What `wp closte domain get --format=json` shows.
	 *
	 * @return array<string, int|string|list<array{code: string, message: string}>>
	 */
	public function to_array(): array {
		return array_map(
			static fn( mixed $value ): mixed => match ( true ) {
				$value instanceof \BackedEnum => $value->value,
				is_bool( $value )             => (int) $value,
				default                       => $value,
			},
			get_object_vars( $this )
		);
	}

	/**
	 * The record that \Closte\Lifecycle::advance() takes; it passes `id` and `revision` through.
	 *
	 * @return array<string, int|string|list<array{code: string, message: string}>>
	 */
	public function to_record(): array {
		return array_diff_key( $this->to_array(), array_flip( array( 'lease_owner', 'lease_until', 'doubtful', 'created_at', 'updated_at' ) ) );
	}

	public function is_accepted(): bool {
		return Wanted::Present === $this->wanted && $this->accepted_at > 0;
	}

	public function has_error(): bool {
		return '' !== $this->error_kind;
	}
}
