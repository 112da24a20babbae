<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Pages;

/**
 * What a button of one line of the Domains screen asks for. The rows are in the form of the bulk actions, and a form in a form
 * is none: all buttons belong to one empty form beside it, and each brings along all that it means in its value.
 */
final class Row_Action {

	public const FORM  = 'closte-sync-row-action';
	public const FIELD = 'row_action';

	/**
	 * @param non-empty-list<int> $ids Rows of one line.
	 */
	private function __construct(
		public readonly string $action,
		public readonly array $ids,
		public readonly string $nonce,
	) {}

	/**
	 * The value of a button: the action, the rows and their nonce.
	 *
	 * @param non-empty-list<int> $ids Rows of one line.
	 */
	public static function value( string $action, array $ids ): string {
		return "$action " . implode( ',', $ids ) . ' ' . wp_create_nonce( Domains_Actions::nonce_action( $action, $ids ) );
	}

	/**
	 * Reads such a value. The nonce is not checked yet.
	 */
	public static function from( string $value ): ?self {
		return 1 === preg_match( '/^([a-z]+) ([1-9][0-9]{0,17}(?:,[1-9][0-9]{0,17})?) ([0-9a-z]+)$/D', $value, $match ) && in_array( $match[1], Domains_Actions::ALL, true )
			? new self( $match[1], array_map( intval( ... ), explode( ',', $match[2] ) ), $match[3] )
			: null;
	}

	/**
	 * @param Domains_Query $query What is listed, and is listed again.
	 */
	public static function form( Domains_Query $query ): string {
		return sprintf( '<form method="post" id="%s" action="%s"></form>', esc_attr( self::FORM ), esc_url( Pages::domains_url( $query->to_array() + $query->cursor ) ) );
	}
}
