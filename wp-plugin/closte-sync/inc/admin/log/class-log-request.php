<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Log;

use ClosteSync\Admin\Page_Links;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Log\Action;
use ClosteSync\Log\Log_Query;
use ClosteSync\Log\Outcome;

/**
 * Reads from the address of the Log screen what it is asked to show.
 */
final class Log_Request {

	/** Rows a page has where the user has chosen nothing. */
	public const PER_PAGE = 50;

	/**
	 * @param string                $search       Only entries with this in their domain or message.
	 * @param string                $domain       Only this domain.
	 * @param ?Action               $action       Only this action.
	 * @param string                $outcome      Only {@see Outcome::chosen()} by this word; '': all.
	 * @param bool                  $newest_first Else the oldest come first.
	 * @param array<string, string> $cursor       As {@see Page_Links::cursor()} gives it.
	 */
	private function __construct(
		public readonly string $search,
		public readonly string $domain,
		public readonly ?Action $action,
		public readonly string $outcome,
		public readonly bool $newest_first,
		public readonly array $cursor,
	) {}

	/**
	 * Reads the query string; what is not on offer counts as not there.
	 *
	 * @param array<mixed> $query The query string, without slashes.
	 */
	public static function from( array $query ): self {
		$text  = static fn( string $name ): string => is_string( $query[ $name ] ?? null ) ? $query[ $name ] : '';
		$clean = static fn( string $name ): string => trim( mb_substr( sanitize_text_field( $text( $name ) ), 0, 253 ) );

		return new self(
			$clean( 's' ),
			$clean( 'domain' ),
			Action::tryFrom( $text( 'did' ) ),
			array() === Outcome::chosen( $text( 'outcome' ) ) ? '' : $text( 'outcome' ),
			'asc' !== strtolower( $text( 'order' ) ),
			Page_Links::cursor( $query )
		);
	}

	/**
	 * Whether anything but everything is asked for.
	 */
	public function is_filtered(): bool {
		return array( '', '', null, '' ) !== array( $this->search, $this->domain, $this->action, $this->outcome );
	}

	/**
	 * The query string that asks for the same, from the first page on.
	 *
	 * @return array<string, string>
	 */
	public function to_array(): array {
		return array_filter(
			array(
				's'       => $this->search,
				'domain'  => $this->domain,
				'did'     => $this->action->value ?? '',
				'outcome' => $this->outcome,
				'order'   => $this->newest_first ? '' : 'asc',
			),
			static fn( string $value ): bool => '' !== $value
		);
	}

	/**
	 * @param Domain_Names $names    Knows the form in which domains are logged.
	 * @param int          $per_page Rows a page.
	 */
	public function to_log_query( Domain_Names $names, int $per_page ): Log_Query {
		return new Log_Query(
			domain: '' === $this->domain ? '' : $names->canonical( $this->domain ),
			actions: null === $this->action ? array() : array( $this->action ),
			outcomes: Outcome::chosen( $this->outcome ),
			search: $names->searchable( $this->search ),
			newest_first: $this->newest_first,
			per_page: $per_page
		);
	}
}
