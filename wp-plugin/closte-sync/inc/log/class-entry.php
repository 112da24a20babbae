<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

/**
 * What was done, why and by whom, as a value. Who is a user's ID: what they are called is looked up when it is shown.
 */
final class Entry {

	/**
	 * @param int    $id        0: not stored yet.
	 * @param int    $logged_at Unix seconds.
	 * @param string $domain    '': it concerns the whole network.
	 * @param int    $blog_id   The site that has or had the domain; 0: none.
	 * @param string $source    Where the domain was heard of; '': it concerns the whole network.
	 * @param int    $user_id   0: no user.
	 * @param string $message   For people; without control characters, and without the key.
	 * @param array<string, string> $words As they are stored, by column: this version may not know them.
	 */
	public function __construct(
		public readonly int $id,
		public readonly int $logged_at,
		public readonly string $domain,
		public readonly int $blog_id,
		public readonly Action $action,
		public readonly Outcome $outcome,
		public readonly Reason $reason,
		public readonly string $source,
		public readonly Actor $actor,
		public readonly int $user_id,
		public readonly string $message,
		private readonly array $words = array(),
	) {}

	/**
	 * Reads their users too: whoever shows an entry names its user.
	 *
	 * @param list<array<string, mixed>> $rows As the database gives them.
	 * @return list<self>
	 */
	public static function many( array $rows ): array {
		cache_users( array_unique( array_filter( array_map( 'intval', array_column( $rows, 'user_id' ) ) ) ) );

		return array_map( self::from_database( ... ), $rows );
	}

	/**
	 * @param array<string, mixed> $row As the database gives it.
	 */
	public static function from_database( array $row ): self {
		return new self(
			(int) $row['id'],
			(int) $row['logged_at'],
			(string) $row['domain'],
			(int) $row['blog_id'],
			Action::tryFrom( (string) $row['action'] ) ?? Action::Settings,
			Outcome::tryFrom( (string) $row['outcome'] ) ?? Outcome::Unknown,
			Reason::tryFrom( (string) $row['reason'] ) ?? Reason::Other,
			(string) $row['source'],
			Actor::tryFrom( (string) $row['actor'] ) ?? Actor::Visitor,
			(int) $row['user_id'],
			(string) $row['message'],
			array_map( 'strval', array_intersect_key( $row, array_flip( array( 'action', 'outcome', 'reason', 'actor' ) ) ) ),
		);
	}

	/**
	 * @param string $column `action`, `outcome`, `reason` or `actor`.
	 */
	public function word( string $column ): string {
		return $this->words[ $column ] ?? $this->{$column}->value;
	}

	/**
	 * The word for people; as it is stored where this version does not know it.
	 *
	 * @param string $column `action`, `outcome`, `reason` or `actor`.
	 */
	public function label( string $column ): string {
		$word = $this->word( $column );

		return $this->{$column}->value === $word ? $this->{$column}->label() : $word;
	}

	/**
	 * By whom: a login, `wp-cli`, `cron` or `visitor`; of a user who is gone, `user 7`.
	 */
	public function by(): string {
		if ( 0 === $this->user_id ) {
			return $this->word( 'actor' );
		}

		$login = get_userdata( $this->user_id )->user_login ?? "user $this->user_id";

		return Actor::User === $this->actor ? $login : "{$this->word( 'actor' )} ($login)";
	}
}
